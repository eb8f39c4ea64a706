using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// 48 bytes, big-endian (openwrt/firmware-utils src/zynos.h, mkzynfw.c):
//   00 4 load address   06 3 "SIG"   09 1 kind   0A 4 plain length   0E 4 packed length   12 1 flags: 20, 40: packed, plain checksum is there; 80 packed
//   14 2 checksum of the plain bytes   16 2 of the packed ones   18 15 version   27 4 address of the memory map   30 .. content
// A checksum is the sum of the big-endian half-words with the carry added back, as of IP. OpenWrt's images say that two bytes are covered, and
// end with a half-word that makes the sum of all bytes behind the header the stored one.

/// <summary>ZyNOS object: boot extension, default configuration, or the system of ZyXEL's older routers and switches.</summary>
public sealed class ZyxelZynos : IFormatWriter
{
    private const int HeaderSize = 0x30, BootExtension = 3, OpenWrtCovered = 2;
    private const byte PackedSum = 0x20, PlainSum = 0x40, Packed = 0x80;

    public string Id => "zyxel-zynos";

    public string Title => "ZyXEL ZyNOS object";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("SIG", offset: 6, alignment: 2)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length <= HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize + 1, bytes.Length)) : null;
        bool magic = bytes.Has("SIG"u8, 6);
        string? kind = KindOf(bytes[9]);
        byte flags = bytes[0x12];
        long length = Covered(bytes);
        bool checkable = (flags & ((flags & Packed) != 0 ? PackedSum : PlainSum)) != 0;
        bool whole = length <= bytes.Length - HeaderSize;
        ushort stored = bytes.Be16((flags & Packed) != 0 ? 0x16 : 0x14);
        ushort sum = whole && checkable ? Sum(bytes.Slice(HeaderSize, (int)length)) : stored;
        bool fits = whole && checkable && sum == stored && length > 0;
        bool plausible = magic && kind is not null && length > 0 && checkable && bytes.Be16(4) == 0 && bytes.Be32(0) >= 0x8000_0000;
        // Inside of an image 16 bits of checksum and a name of three letters have to agree with the kind and the address.
        if (!input.Claimed && !(plausible && (fits || input.AtStart)) && !(input.AtStart && fits && kind is not null && bytes.Be32(0) >= 0x8000_0000))
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"\"SIG\" does not stand at 6 but 0x{bytes.Be32(6) >> 8:x6}", input.At + 6));
        if (!whole)
            flaws.Add(Flaw.Truncated(HeaderSize + length, bytes.Length));
        else if (!fits && checkable)
            flaws.Add(Flaw.Differs(FlawCode.Checksum, "checksum", stored, sum, input.At + ((flags & Packed) != 0 ? 0x16 : 0x14)));
        else if (!checkable && kind is null)
            flaws.Add(new Flaw(FlawCode.Structure, $"kind 0x{bytes[9]:x2} is none that is known", input.At + 9));
        int end = (int)Math.Min(HeaderSize + length, bytes.Length);
        if (IsOpenWrt(bytes) && (input.AtStart || input.Claimed))
        {
            end = bytes.Length;
            ushort all = Sum(bytes[HeaderSize..]);
            if (fits && all != stored)
                flaws.Add(Flaw.Differs(FlawCode.Checksum, "checksum of the file", stored, all, input.At + 0x14));
        }
        return new Finding
        {
            Offset = input.At,
            Length = end,
            Format = Id,
            Variant = kind,
            Verdict = checkable ? Verdict.Ok : Verdict.Unchecked,
            Confidence = plausible && fits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Hex(FactName.Load, bytes.Be32(0)),
                .. bytes[0x18] != 0 ? ImmutableArray.Create(Fact.Text(FactName.Version, bytes.FieldText(0x18, 15))) : [],
                Fact.Flag("packed", (flags & Packed) != 0),
                Fact.Number(FactName.PlainSize, bytes.Be32(0xA)),
            ],
            Parts = end > HeaderSize ? [new Part("content", input.At + HeaderSize, end - HeaderSize)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, finding.Length, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length <= HeaderSize || Covered(bytes) > bytes.Length - HeaderSize)
            return null;
        bool openWrt = IsOpenWrt(bytes);
        byte[] written = bytes[..(openWrt ? bytes.Length : HeaderSize + (int)Covered(bytes))].ToArray();
        "SIG"u8.CopyTo(written.AsSpan(6));
        bool packed = (written[0x12] & Packed) != 0;
        if ((written[0x12] & (packed ? PackedSum : PlainSum)) != 0)
            BinaryPrimitives.WriteUInt16BigEndian(written.AsSpan(packed ? 0x16 : 0x14), Sum(written.AsSpan(HeaderSize, (int)Covered(bytes))));
        if (openWrt)
        {
            int fix = (written[0x14] << 8 | written[0x15]) - Sum(written.AsSpan()[HeaderSize..^2]);
            BinaryPrimitives.WriteUInt16BigEndian(written.AsSpan(written.Length - 2), (ushort)(fix < 0 ? fix - 1 : fix));
        }
        return written;
    }

    /// <summary>Bytes behind the header that the checksum is over.</summary>
    private static long Covered(ReadOnlySpan<byte> bytes) => bytes.Be32((bytes[0x12] & Packed) != 0 ? 0xE : 0xA);

    private static bool IsOpenWrt(ReadOnlySpan<byte> bytes) =>
        bytes[9] == BootExtension && (bytes[0x12] & Packed) == 0 && bytes.Be32(0xA) == OpenWrtCovered && bytes.Length > HeaderSize + 4 && bytes.Length % 2 == 0;

    private static string? KindOf(byte kind) => kind switch
    {
        1 => "rom-image",
        2 => "rom-boot",
        BootExtension => "boot-extension",
        4 => "rom-bin",
        5 => "rom-dir",
        7 => "rom-map",
        0x80 => "ram",
        0x81 => "ram-code",
        0x82 => "ram-boot",
        _ => null,
    };

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
            if (sum > 0xFFFF)
                sum = (sum + 1) & 0xFFFF;
        }
        return (ushort)sum;
    }
}
