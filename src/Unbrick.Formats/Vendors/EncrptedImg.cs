using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Big-endian. The mark is spelled so.
//   D-Link (unblob handlers/archive/dlink/encrpted_img.py):  0 12 "encrpted_img"   C 4 bytes that follow   10 .. enciphered
//   Netgear (openwrt/openwrt scripts/netgear-encrypted-factory.py):
//     000 32  model     080 64  date                 0D4 200  ids and models, ";" between    20C  4  enciphered bytes
//     020 32  region    0C0  8  0, 0, count of ids   19C 100  reserved                       210  4  block that is enciphered for itself
//     040 64  version           and of models        200  12  "encrpted_img"                 214 ..  enciphered, then the CRC-32 of all (from 0, not inverted)

/// <summary>
/// Enciphered update of D-Link's DIR-X and Netgear's WAX and EAX routers. Netgear's has a readable header and a CRC; of D-Link's only the length
/// can be checked. The keys are the vendors'.
/// </summary>
public sealed class EncrptedImg : IFormatWriter
{
    private const int MarkAt = 0x200, BareSize = 0x10, FullSize = 0x214, Cipher = 16, MostModels = 16;

    public string Id => "encrpted-img";

    public string Title => "Enciphered update of D-Link or Netgear (encrpted_img)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("encrpted_img", MarkAt), BytePattern.Text("encrpted_img")];

    private static ReadOnlySpan<byte> Mark => "encrpted_img"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length >= FullSize && VendorRules.IsPaddedText(bytes[..0x20]) && (bytes.Has(Mark, MarkAt) || ProvenWithoutMark(input)))
            return ReadFull(input);
        if (bytes.Length < BareSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(BareSize, bytes.Length)) : null;
        return bytes.Has(Mark) ? ReadBare(input)
            : input.Claimed ? VendorRules.Broken(Id, input, new Flaw(FlawCode.Magic, "\"encrpted_img\" stands neither at 0 nor at 0x200", input.At))
            : null;
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, finding["cipher_size"] is long size ? size : 0, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (Read(input) is not { } finding || finding.Flaws.Any(flaw => flaw.Code is FlawCode.Truncated or FlawCode.Magic))
            return null;
        byte[] written = bytes[..finding.Length].ToArray();
        if (finding.Variant == "netgear")
        {
            BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(0x20C), (uint)(written.Length - FullSize - 4));
            BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(written.Length - 4), Crc32.Raw(written.AsSpan(0, written.Length - 4)));
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(0xC), (uint)(written.Length - BareSize));
        }
        return written;
    }

    private Finding ReadBare(in FormatInput input)
    {
        long size = input.Bytes.Be32(0xC), end = BareSize + size;
        Finding finding = new()
        {
            Offset = input.At,
            Length = (int)Math.Min(end, input.Length),
            Format = Id,
            Variant = "dlink",
            Verdict = Verdict.Unchecked,
            Facts = [Fact.Flag("encrypted", true), Fact.Number("cipher_size", size)],
        };
        return size == 0 ? finding.With(new Flaw(FlawCode.Size, "nothing is announced behind the header", input.At + 0xC))
            : end > input.Length ? finding.With(Flaw.Truncated(end, input.Length))
            : finding;
    }

    private Finding ReadFull(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        long size = bytes.Be32(0x20C), block = bytes.Be32(0x210), end = FullSize + size + 4;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!bytes.Has(Mark, MarkAt))
            flaws.Add(new Flaw(FlawCode.Magic, $"\"{bytes.FieldText(MarkAt, Mark.Length)}\" stands in place of \"encrpted_img\"", input.At + MarkAt));
        if (size == 0 || size % Cipher != 0 || block == 0 || block % Cipher != 0)
            flaws.Add(new Flaw(FlawCode.Size, $"{size:N0} bytes in blocks of {block:N0}: not what AES gives", input.At + 0x20C));
        bool fits = CrcFits(bytes, end, out uint stored, out uint crc);
        if (end > bytes.Length)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        else if (!fits)
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC", stored, crc, input.At + (int)end - 4));
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Min(end, bytes.Length),
            Format = Id,
            Variant = "netgear",
            Facts =
            [
                Fact.Text(FactName.Model, bytes.FieldText(0, 32)),
                Fact.Text(FactName.Region, bytes.FieldText(0x20, 32)),
                Fact.Text(FactName.Version, bytes.FieldText(0x40, 64)),
                .. Ids(bytes),
                Fact.Flag("encrypted", true),
                Fact.Number("cipher_size", size),
            ],
        }.With(flaws.DrainToImmutable());
    }

    /// <summary>Hardware ids, and behind them the models that the file is for.</summary>
    private static ImmutableArray<Fact> Ids(ReadOnlySpan<byte> bytes)
    {
        string[] words = bytes.FieldText(0xD4, 200).Split(';', MostModels, StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? [Fact.List("hardware", [.. words])] : [];
    }

    /// <summary>The mark is destroyed, but the CRC is that of the bytes with the mark in its place.</summary>
    private static bool ProvenWithoutMark(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        long end = FullSize + (long)bytes.Be32(0x20C) + 4;
        if (!(input.AtStart || input.Claimed) || end > bytes.Length || bytes.Be32(0x210) == 0 || bytes.Be32(0x210) % Cipher != 0)
            return false;
        uint crc = Crc32.Update(Crc32.Update(Crc32.Raw(bytes[..MarkAt]), Mark), bytes[(MarkAt + Mark.Length)..(int)(end - 4)]);
        return crc == bytes.Be32((int)end - 4);
    }

    private static bool CrcFits(ReadOnlySpan<byte> bytes, long end, out uint stored, out uint crc)
    {
        stored = crc = 0;
        if (end > bytes.Length)
            return false;
        stored = bytes.Be32((int)end - 4);
        crc = Crc32.Raw(bytes[..(int)(end - 4)]);
        return stored == crc;
    }
}
