using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Xiaomi;

// Little-endian (openwrt/firmware-utils src/xiaomifw.c; onekey-sec/unblob handlers/archive/xiaomi/hdr.py):
//   HDR1: 00 4 "HDR1"  04 4 signature offset  08 4 CRC of 0C..end  0C 2 0  0E 2 device id            10 8*4 section offsets, 0 ends
//   HDR2: 00 4 "HDR2"  04 4 signature offset  08 4 CRC of 0C..end  0C 4 0  10 8 device  18 8 region  30 8*4 section offsets, 0 ends
//   signature: 00 4 length (0 unsigned, 100 RSA-2048)  04 12 0  10 100 signature; unsigned files keep the 100 bytes as zeros

/// <summary>What HDR1 and HDR2 have in common: sections, the CRC over all, and the signature.</summary>
internal static class XiaomiImage
{
    private const int CrcOffset = 8, CrcStart = 12, SignatureHeader = 16, SignatureSize = 0x100, MostSections = 8;

    public static Finding? Read(in FormatInput input, string id, ReadOnlySpan<byte> magic, int table, ImmutableArray<Fact> ids)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        int first = table + (MostSections * 4);
        if (bytes.Length < first)
            return input.Claimed ? Unreadable.Claim(input, id, Flaw.Truncated(first, bytes.Length)) : null;
        bool hasMagic = bytes.StartsWith(magic);
        uint signatureAt = bytes.Le32(4);
        bool begins = bytes.Le32(table) >= first && XiaomiSection.IsAt(bytes, bytes.Le32(table));
        if (!input.Claimed && (!begins || !(hasMagic || input.AtStart)))
            return null;

        int end = Ending(bytes, signatureAt, out bool crcFits);
        if (!input.Claimed && !hasMagic && !crcFits)
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!hasMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with {SafeText.Show(bytes[..4])}, not {SafeText.Show(magic)}", input.At));
        bool signed = AddSignature(flaws, bytes, signatureAt, input.At);
        if (!crcFits && signatureAt < bytes.Length)
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC", bytes.Le32(CrcOffset), Crc32.NotInverted(bytes[CrcStart..end]), input.At + CrcOffset));

        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        ImmutableSortedDictionary<string, string>.Builder places = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? version = null;
        long limit = Math.Min(signatureAt, bytes.Length);
        for (int i = 0; i < MostSections && bytes.Le32(table + (i * 4)) is > 0 and uint at; i++)
        {
            if (at < first || at + (long)XiaomiSection.HeaderSize > limit || !XiaomiSection.IsAt(bytes, at))
            {
                // What lies beyond the end of a truncated file is told once, as truncated.
                if (at < bytes.Length || at >= signatureAt)
                    flaws.Add(new Flaw(FlawCode.Section, $"section {i} at 0x{at:x} is none", input.At + table + (i * 4)));
                continue;
            }
            uint flash = bytes.Le32((int)at + 4);
            long length = bytes.Le32((int)at + 8);
            int data = (int)at + XiaomiSection.HeaderSize;
            string name = bytes.FieldText((int)at + XiaomiSection.NameOffset, XiaomiSection.NameLength);
            if (data + length > signatureAt)
            {
                string seen = $"section {name} ends at 0x{data + length:x}, the signature begins at 0x{signatureAt:x}";
                flaws.Add(new Flaw(FlawCode.SectionRange, seen, input.At + (int)at));
            }
            length = Math.Min(length, limit - data);
            if (length > 0)
                parts.Add(new Part(name, input.At + data, (int)length, crcFits));
            places[places.ContainsKey(name) ? $"{name} {i}" : name] = flash == XiaomiSection.NotFlashed ? "not flashed" : $"0x{flash:x}+0x{length:x}";
            if (name == "xiaoqiang_version")
                version ??= RomVersion(bytes.Slice(data, (int)length));
        }
        if (parts.Count == 0)
            flaws.Add(new Flaw(FlawCode.Section, "no section can be read", input.At + table));
        ImmutableArray<Fact>.Builder facts = ids.ToBuilder();
        if (version is not null)
            facts.Add(Fact.Text(FactName.Version, version));
        facts.AddRange(
            Fact.Flag(FactName.Signed, signed),
            Fact.Number("sig_off", signatureAt),
            Fact.Number("crc32", bytes.Le32(CrcOffset)),
            Fact.Map("sections", places.ToImmutable()));
        return new Finding
        {
            Offset = input.At,
            Length = end,
            Format = id,
            Confidence = crcFits ? Confidence.Certain : Confidence.Likely,
            Facts = facts.DrainToImmutable(),
            Parts = parts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    /// <summary>The boot loader measures the file before it looks at anything else ("Image too large").</summary>
    public static void AddTooLarge(ImmutableArray<Flaw>.Builder flaws, Finding finding, Expectation expected) =>
        flaws.AddRange(PartitionFit.Whole(finding, expected));

    /// <summary>The same with a CRC that fits; signature and sections stay.</summary>
    public static byte[]? Rewrite(in FormatInput input, Finding? finding, ReadOnlySpan<byte> magic)
    {
        if (finding is null || finding.Parts.IsEmpty)
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        magic.CopyTo(written);
        Seal(written);
        return written;
    }

    /// <summary>An unsigned image: header, sections (each begins at a multiple of 4), an empty signature.</summary>
    public static byte[] Write(ReadOnlySpan<byte> header, int table, IReadOnlyList<XiaomiSection> sections)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sections.Count, MostSections);
        int at = table + (MostSections * 4);
        int[] offsets = new int[sections.Count];
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = at;
            at = checked((at + XiaomiSection.HeaderSize + sections[i].Data.Length + 3) & ~3);
        }
        byte[] image = new byte[at + SignatureHeader + SignatureSize];
        header.CopyTo(image);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(4), (uint)at);
        for (int i = 0; i < offsets.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(table + (i * 4)), (uint)offsets[i]);
            sections[i].Write(image.AsSpan(offsets[i]));
        }
        Seal(image);
        return image;
    }

    private static void Seal(Span<byte> image) =>
        BinaryPrimitives.WriteUInt32LittleEndian(image[CrcOffset..], Crc32.NotInverted(image[CrcStart..]));

    /// <summary>Behind the signature, wherever the CRC fits; the end of the stretch when it fits nowhere.</summary>
    private static int Ending(ReadOnlySpan<byte> bytes, uint signatureAt, out bool fits)
    {
        uint crc = bytes.Le32(CrcOffset);
        long withSignature = signatureAt + (long)SignatureHeader + SignatureSize;
        int done = CrcStart;
        uint state = uint.MaxValue;
        foreach (long end in (ReadOnlySpan<long>)[signatureAt + (long)SignatureHeader, withSignature, bytes.Length])
        {
            if (end < done || end > bytes.Length)
                continue;
            state = Crc32.Update(state, bytes[done..(int)end]);
            done = (int)end;
            fits = state == crc;
            if (fits)
                return done;
        }
        fits = false;
        return (int)Math.Min(bytes.Length, Math.Max(withSignature, CrcStart));
    }

    /// <summary>Whether there is a signature; what it is worth only the boot loader knows, who has the key.</summary>
    private static bool AddSignature(ImmutableArray<Flaw>.Builder flaws, ReadOnlySpan<byte> bytes, uint at, int start)
    {
        if (at >= bytes.Length)
        {
            flaws.Add(Flaw.Truncated(at + (long)SignatureHeader + SignatureSize, bytes.Length));
            return false;
        }
        long present = bytes.Length - at;
        uint size = present >= 4 ? bytes.Le32((int)at) : 0;
        if (present < SignatureHeader || (size > 0 && present < SignatureHeader + (long)size))
        {
            flaws.Add(new Flaw(FlawCode.SignatureMissing, $"{present:N0} bytes are left for the signature at 0x{at:x}", start + (int)at));
            return false;
        }
        return size > 0;
    }

    /// <summary>The version out of the text section: <c>option ROM '2.28.62'</c>.</summary>
    private static string? RomVersion(ReadOnlySpan<byte> text)
    {
        int at = text.IndexOf("option ROM '"u8);
        if (at < 0)
            return null;
        text = text[(at + "option ROM '".Length)..];
        int end = text.IndexOf((byte)'\'');
        return end > 0 ? SafeText.Show(text[..end], 40) : null;
    }
}
