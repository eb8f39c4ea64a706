using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Kernel;

namespace Unbrick.Formats.Trx;

// A uImage whose 32 bytes of name are (openwrt/firmware-utils src/asusuimage.c):
//   20 2 kernel version   22 2 file system version
//   hdr1: 24 23 product   3B 1 -   3C 1 A9   3D 3 offset of the root file system, big-endian
//   hdr2: 24 12 product   30 2 build   32 2 extended build (little-endian)   34 1 -   35 1 key   36 6 -   3C, 3D as hdr1
//   hdr3: 24 23 product   3B 1 -   3C 4 00 00 30 00, and a tail at the end of the data (AsusTail)

/// <summary>
/// Image of ASUS' routers with a U-Boot boot loader. The boot loader reads it as any uImage; the web page looks at product, key or tail.
/// </summary>
public sealed class AsusUImage : IFormatWriter
{
    private const int KernelVersion = 0x20, ProductOffset = 0x24, BuildOffset = 0x30, KeyOffset = 0x35, MarkOffset = 0x3C;
    private const int LongProduct = 23, ShortProduct = 12;
    private const byte RootfsMark = 0xA9;
    private const uint ThirdMark = 0x0000_3000;

    public string Id => "asus-uimage";

    public string Title => "ASUS image in a uImage";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("27 05 19 56")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!UImageHeader.TryRead(bytes, out UImageHeader header))
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(UImageHeader.Size, bytes.Length)) : null;
        int kind = Kind(bytes, header);
        long end = UImageHeader.Size + (long)header.DataLength;
        bool whole = end <= bytes.Length;
        bool headerFits = UImageHeader.CrcOf(bytes, UImageHeader.Size) == header.HeaderCrc;
        bool hasTail = whole && AsusTail.Ends(bytes[..(int)end]);
        if (!input.Claimed && (header.Magic != UImageHeader.UsualMagic || kind == 0 || !(headerFits || hasTail || input.AtStart)))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (header.Magic != UImageHeader.UsualMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{header.Magic:x8}, not 0x{UImageHeader.UsualMagic:x8}", input.At));
        if (!headerFits)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "header CRC", header.HeaderCrc, UImageHeader.CrcOf(bytes, UImageHeader.Size), input.At + 4));
        bool dataFits = false;
        if (!whole)
        {
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        }
        else
        {
            uint crc = Crc32.Zlib(bytes[UImageHeader.Size..(int)end]);
            dataFits = crc == header.DataCrc;
            if (!dataFits)
                flaws.Add(Flaw.Differs(FlawCode.DataCrc, "data CRC", header.DataCrc, crc, input.At + 0x18));
        }
        int length = (int)Math.Min(end, bytes.Length);
        ImmutableArray<Fact>.Builder facts = Facts(bytes, header, kind);
        if (kind is 0 or 3)
            AsusTail.Check(flaws, facts, bytes[..length], input.At);
        else if (kind == 2 && whole && Key(bytes[..length]) is byte key && key != bytes[KeyOffset])
            flaws.Add(Flaw.Differs(FlawCode.Checksum, "key of kernel and root file system", bytes[KeyOffset], key, input.At + KeyOffset));
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Variant = kind == 0 ? null : $"hdr{kind}",
            Confidence = headerFits ? Confidence.Certain : Confidence.Likely,
            Facts = facts.DrainToImmutable(),
            Parts = length > UImageHeader.Size ? [new Part("data", input.At + UImageHeader.Size, length - UImageHeader.Size, dataFits)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw> flaws = PartitionFit.Whole(finding, expected);
        if (expected.Arch is string arch && finding[FactName.Arch] is string has && has != arch)
            flaws = flaws.Insert(0, new Flaw(FlawCode.WrongArch, $"made for {has}, the device has {arch}", finding.Offset + 0x1D));
        return AsusProduct.Differs(finding, expected, finding.Offset + ProductOffset) is Flaw flaw ? flaws.Insert(0, flaw) : flaws;
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not { Parts: [Part] } finding || !UImageHeader.TryRead(input.Bytes, out UImageHeader header))
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        if (finding.Variant == "hdr3")
            AsusTail.Seal(written);
        else if (finding.Variant == "hdr2" && Key(written) is byte key)
            written[KeyOffset] = key;
        (header with
        {
            DataLength = (uint)(written.Length - UImageHeader.Size),
            DataCrc = Crc32.Zlib(written.AsSpan(UImageHeader.Size)),
        }).Write(written);
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(UImageHeader.CrcOffset), UImageHeader.CrcOf(written, UImageHeader.Size));
        return written;
    }

    /// <summary>Which of the three headers this is; 0 for none of them.</summary>
    private static int Kind(ReadOnlySpan<byte> bytes, in UImageHeader header)
    {
        bool longName = AsusProduct.IsName(bytes.Slice(ProductOffset, LongProduct));
        if (bytes.Be32(MarkOffset) == ThirdMark)
            return longName ? 3 : 0;
        if (bytes[MarkOffset] != RootfsMark || RootfsOffset(bytes) > UImageHeader.Size + (long)header.DataLength)
            return 0;
        return longName ? 1 : AsusProduct.IsName(bytes.Slice(ProductOffset, ShortProduct)) ? 2 : 0;
    }

    private static int RootfsOffset(ReadOnlySpan<byte> bytes) => (int)(bytes.Be32(MarkOffset) & 0xFF_FFFF);

    /// <summary>One byte out of the middle of the kernel and one out of the root file system; null when they lie in the header.</summary>
    private static byte? Key(ReadOnlySpan<byte> image)
    {
        int rootfs = RootfsOffset(image);
        if (rootfs < 2 * UImageHeader.Size || rootfs > image.Length)
            return null;
        byte kernelKey = image[rootfs / 2];
        byte rootfsKey = rootfs == image.Length ? (byte)0 : image[rootfs + ((image.Length - rootfs) / 2)];
        return unchecked((byte)(rootfsKey != 0 ? kernelKey + ~rootfsKey : (kernelKey % 3) - 3));
    }

    private static ImmutableArray<Fact>.Builder Facts(ReadOnlySpan<byte> bytes, in UImageHeader header, int kind)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.AddRange(
            Fact.Text(FactName.Product, bytes.FieldText(ProductOffset, kind == 2 ? ShortProduct : LongProduct)),
            Fact.Text("kernel_version", $"{bytes[KernelVersion]}.{bytes[KernelVersion + 1]}"),
            Fact.Text("fs_version", $"{bytes[KernelVersion + 2]}.{bytes[KernelVersion + 3]}"),
            Fact.Text(FactName.Arch, UImageNames.Arch(header.Arch)),
            Fact.Number(FactName.Load, header.Load),
            Fact.Number(FactName.Entry, header.Entry),
            Fact.Number("data_size", header.DataLength));
        if (kind is 1 or 2)
            facts.Add(Fact.Number("rootfs_off", RootfsOffset(bytes)));
        if (kind == 2)
        {
            facts.Add(Fact.Number("build", bytes.Le16(BuildOffset)));
            facts.Add(Fact.Number("extend_no", bytes.Le16(BuildOffset + 2)));
        }
        return facts;
    }
}
