using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Little-endian (openwrt/firmware-utils src/mkdlinkfw.c). "stag", then "sch2":
//   00 1  mark: FF, or the id      10 2  24 21                       20 4  entry                    30 4  CRC-32 of sch2, made with 0 here
//   01 1  id 4                     12 1  packing, 13 1 version 2     24 4  root file system's place 34 2  length of sch2, 36 2 of the command line
//   02 2  24 2B, 04 4 time         14 4  load address                28 4  its length               38 .. kernel, root file system
//   08 4  bytes of sch2 and kernel 18 4  length of the kernel        2C 4  its CRC-32
//   0C 2  their sum                1C 4  its CRC-32
//   0E 2  sum of stag, inverted, made with the id in place of the mark

/// <summary>
/// Kernel and root file system as JBOOT has them in the flash, behind its headers "stag" and "sch2". It starts nothing whose sums and CRCs do
/// not fit. The file for OpenWrt's update is the same.
/// </summary>
public sealed class DlinkStag : IFormatWriter
{
    private const int Tag = 0x10, HeaderSize = 0x38, TagMagic = 0x2B24, Sch2Magic = 0x2124, TagId = 4, Sch2Version = 2, Sch2Size = 0x28;

    public string Id => "dlink-stag";

    public string Title => "D-Link kernel and root file system for JBOOT (stag, sch2)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("04 24 2B", 1)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize, bytes.Length)) : null;
        bool tagged = bytes[1] == TagId && bytes.Le16(2) == TagMagic, second = bytes.Le16(Tag) == Sch2Magic && bytes[0x13] == Sch2Version;
        ushort tagSum = TagSum(bytes);
        uint headerCrc = HeaderCrc(bytes);
        bool tagFits = tagSum == bytes.Le16(0xE), headerFits = headerCrc == bytes.Le32(0x30);
        if (!input.Claimed && !(tagged && second && (tagFits || headerFits)) && !(input.AtStart && (tagFits && tagged || headerFits && second)))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!tagged || !second)
            flaws.Add(new Flaw(FlawCode.Magic, $"0x{bytes.Be16(2):x4} and 0x{bytes.Be16(Tag):x4} stand in place of 0x242b and 0x2421", input.At + 2));
        if (!tagFits)
            flaws.Add(new Flaw(FlawCode.HeaderChecksum, $"sum of stag is 0x{bytes.Le16(0xE):x4}, the bytes give 0x{tagSum:x4}", input.At + 0xE));
        if (!headerFits)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "CRC of sch2", bytes.Le32(0x30), headerCrc, input.At + 0x30));
        uint kernel = bytes.Le32(0x18), rootfs = bytes.Le32(0x28);
        long rootfsAt = HeaderSize + (long)kernel, end = rootfsAt + rootfs;
        if (bytes.Le32(8) != kernel + (long)Sch2Size)
            flaws.Add(new Flaw(FlawCode.Size, $"stag has {bytes.Le32(8):N0} bytes, sch2 a kernel of {kernel:N0}", input.At + 8));
        else if (rootfsAt <= bytes.Length && JbootSum.Of(bytes[Tag..(int)rootfsAt]) is ushort sum && sum != bytes.Le16(0xC))
            flaws.Add(new Flaw(FlawCode.Checksum, $"sum of sch2 and kernel is 0x{bytes.Le16(0xC):x4}, the bytes give 0x{sum:x4}", input.At + 0xC));
        if (end > bytes.Length)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        Add(input, "kernel", HeaderSize, kernel, 0x1C, FlawCode.KernelChecksum, parts, flaws);
        Add(input, "rootfs", rootfsAt, rootfs, 0x2C, FlawCode.RootfsChecksum, parts, flaws);
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Min(end, bytes.Length),
            Format = Id,
            Confidence = tagFits && headerFits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Hex(FactName.Load, bytes.Le32(0x14)),
                Fact.Hex(FactName.Entry, bytes.Le32(0x20)),
                Fact.Text(FactName.Compression, bytes[0x12] switch { 0 => "none", 1 => "jz", 2 => "gzip", 3 => "lzma", _ => $"0x{bytes[0x12]:x2}" }),
                Fact.Hex("rootfs_offset", bytes.Le32(0x24)),
            ],
            Parts = parts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, finding.Length, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return null;
        long rootfsAt = HeaderSize + (long)bytes.Le32(0x18), end = rootfsAt + bytes.Le32(0x28);
        if (end > bytes.Length)
            return null;
        byte[] written = bytes[..(int)end].ToArray();
        Span<byte> made = written;
        made[1] = TagId;
        BinaryPrimitives.WriteUInt16LittleEndian(made[2..], TagMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(made[Tag..], Sch2Magic);
        made[0x13] = Sch2Version;
        BinaryPrimitives.WriteUInt32LittleEndian(made[8..], (uint)(rootfsAt - Tag));
        BinaryPrimitives.WriteUInt32LittleEndian(made[0x1C..], Crc32.Zlib(made[HeaderSize..(int)rootfsAt]));
        BinaryPrimitives.WriteUInt32LittleEndian(made[0x2C..], Crc32.Zlib(made[(int)rootfsAt..]));
        BinaryPrimitives.WriteUInt16LittleEndian(made[0x34..], Sch2Size);
        BinaryPrimitives.WriteUInt32LittleEndian(made[0x30..], HeaderCrc(made));
        BinaryPrimitives.WriteUInt16LittleEndian(made[0xC..], JbootSum.Of(made[Tag..(int)rootfsAt]));
        BinaryPrimitives.WriteUInt16LittleEndian(made[0xE..], TagSum(made));
        return written;
    }

    /// <summary>The part as far as it is there, and whether its CRC is right when it is all there.</summary>
    private static void Add(
        in FormatInput input, string name, long from, uint length, int crcAt, string code, ImmutableArray<Part>.Builder parts, ImmutableArray<Flaw>.Builder flaws)
    {
        int there = (int)Math.Clamp(input.Length - from, 0, length);
        if (there == 0)
            return;
        bool fits = there == length;
        if (fits)
        {
            uint stored = input.Bytes.Le32(crcAt), crc = Crc32.Zlib(input.Bytes.Slice((int)from, there));
            fits = stored == crc;
            if (!fits)
                flaws.Add(Flaw.Differs(code, $"CRC of the {name}", stored, crc, input.At + crcAt));
        }
        parts.Add(new Part(name, input.At + (int)from, there, fits));
    }

    private static ushort TagSum(ReadOnlySpan<byte> bytes)
    {
        Span<byte> tag = stackalloc byte[0xE];
        bytes[..0xE].CopyTo(tag);
        tag[0] = tag[1];
        return JbootSum.Inverted(tag);
    }

    private static uint HeaderCrc(ReadOnlySpan<byte> bytes)
    {
        Span<byte> header = stackalloc byte[Sch2Size];
        bytes.Slice(Tag, Sch2Size).CopyTo(header);
        header.Slice(0x20, 4).Clear();
        return Crc32.Zlib(header);
    }
}
