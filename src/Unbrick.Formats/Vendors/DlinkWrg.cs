using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// WRG (openwrt/firmware-utils src/mkwrgimg.c), numbers in the CPU's order:
//   00 32  signature         28  4  image length     30 32  device name ("/dev/mtdblock/2")
//   20  4  magic 20040220    2C  4  flash offset     50 16  MD5 of offset, device name and image
//   24  4  the same again                            60 ..  image
// WRGG03 (src/mkwrggimg.c) has magic 20080321, and between it and the length: 28 16 version, 38 16 model, 48 2x4 flags, 50 2x4 reserved,
// 58 16 build number; the rest follows at 68. Its magic is little-endian in any case, its length and offset in the CPU's order.

/// <summary>
/// D-Link image of the older Alpha Networks boards. The recovery page refuses another signature; the boot loader checks the MD5 at every start.
/// </summary>
public sealed class DlinkWrg : IFormatWriter
{
    private const int MagicAt = 0x20;
    private const uint WrgMagic = 0x20040220;
    private const uint Wrgg03Magic = 0x20080321;

    public string Id => "dlink-wrg";

    public string Title => "D-Link WRG image";

    public ImmutableArray<BytePattern> Patterns { get; } =
    [
        BytePattern.Hex("20 02 04 20 20 02 04 20", MagicAt),
        BytePattern.Hex("20 04 02 20 20 04 02 20", MagicAt),
        BytePattern.Hex("21 03 08 20 21 03 08 20", MagicAt),
        BytePattern.Hex("20 08 03 21 20 08 03 21", MagicAt),
    ];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (FindShape(bytes) is not Shape shape)
        {
            if (!input.Claimed)
                return null;
            if (bytes.Length < 0x60)
                return VendorRules.Broken(Id, input, Flaw.Truncated(0x60, bytes.Length));
            string seen = $"0x{bytes.Le32(MagicAt):x8} stands at 0x20, neither 0x{WrgMagic:x} nor 0x{Wrgg03Magic:x}";
            return VendorRules.Broken(Id, input, new Flaw(FlawCode.Magic, seen, input.At + MagicAt));
        }
        bool plausible = shape.ImageLength > 0
            && VendorRules.IsPaddedText(bytes[..0x20]) && VendorRules.IsPaddedText(bytes.Slice(shape.LengthAt + 8, 0x20));
        if (!input.Claimed && !(plausible && (shape.Magics == 2 || input.AtStart)))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (shape.Magics < 2)
        {
            string seen = $"0x{bytes.Le32(MagicAt):x8} and 0x{bytes.Le32(MagicAt + 4):x8} stand where the magic number stands twice";
            flaws.Add(new Flaw(FlawCode.Magic, seen, input.At + MagicAt));
        }
        if (shape.HeaderLength + (long)shape.ImageLength > bytes.Length)
            flaws.Add(Flaw.Truncated(shape.HeaderLength + (long)shape.ImageLength, bytes.Length));
        else if (!shape.DigestFits)
            flaws.Add(new Flaw(FlawCode.Md5, "the MD5 in the header is not that of the image", input.At + shape.DigestAt));
        int length = (int)Math.Min(shape.HeaderLength + (long)shape.ImageLength, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Variant = shape.IsWrgg03 ? "wrgg03" : null,
            Confidence = shape.DigestFits || plausible && shape.Magics == 2 ? Confidence.Certain : Confidence.Likely,
            Facts = Facts(bytes, shape),
            Parts = length > shape.HeaderLength
                ? [new Part("image", input.At + shape.HeaderLength, length - shape.HeaderLength, shape.DigestFits)]
                : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Signature is string signature && finding[FactName.Signature] is string has && has != signature)
            flaws.Add(new Flaw(FlawCode.WrongSignature, $"made for {has}, the unit is {signature}", finding.Offset));
        VendorRules.CompareSize(flaws, finding, finding.Length, expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (FindShape(bytes) is not Shape shape)
            return null;
        byte[] written = bytes[..(int)Math.Min(shape.HeaderLength + (long)shape.ImageLength, bytes.Length)].ToArray();
        uint length = (uint)(written.Length - shape.HeaderLength);
        uint magic = shape.IsWrgg03 ? Wrgg03Magic : WrgMagic;
        Put(written, MagicAt, magic, shape.BigMagic);
        Put(written, MagicAt + 4, magic, shape.BigMagic);
        Put(written, shape.LengthAt, length, shape.BigNumbers);
        Digest(written, shape.LengthAt, (int)length).CopyTo(written.AsSpan(shape.DigestAt));
        return written;
    }

    /// <summary>Which of the two headers this is and in which byte order: by its magic number, or by the MD5 when that is destroyed.</summary>
    private static Shape? FindShape(ReadOnlySpan<byte> bytes)
    {
        Shape? best = null;
        foreach ((int lengthAt, uint magic) in (ReadOnlySpan<(int, uint)>)[(0x28, WrgMagic), (0x68, Wrgg03Magic)])
        {
            if (bytes.Length < lengthAt + 0x38)
                continue;
            int little = Magics(bytes.Le32(MagicAt), bytes.Le32(MagicAt + 4), magic);
            int big = Magics(bytes.Be32(MagicAt), bytes.Be32(MagicAt + 4), magic);
            bool bigMagic = big > little;
            foreach (bool bigNumbers in (ReadOnlySpan<bool>)[bigMagic, !bigMagic])
            {
                uint length = bigNumbers ? bytes.Be32(lengthAt) : bytes.Le32(lengthAt);
                int digestAt = lengthAt + 0x28;
                bool whole = length > 0 && length <= bytes.Length - digestAt - 0x10;
                // Without a magic number only the MD5 can tell, and it is computed only where the texts are such.
                bool worthIt = Math.Max(little, big) > 0 || VendorRules.IsPaddedText(bytes[..0x20]) && bytes.Has("/dev/"u8, lengthAt + 8);
                bool fits = whole && worthIt && Digest(bytes, lengthAt, (int)length).AsSpan().SequenceEqual(bytes.Slice(digestAt, 0x10));
                Shape shape = new(lengthAt, Math.Max(little, big), bigMagic, bigNumbers, length, fits);
                if (fits)
                    return shape;
                if (shape.Magics > 0 && (best is not Shape other || shape.Magics == other.Magics && shape.ImageLength < other.ImageLength))
                    best = shape;
            }
        }
        return best;
    }

    private static int Magics(uint first, uint second, uint magic) => (first == magic ? 1 : 0) + (second == magic ? 1 : 0);

    private static byte[] Digest(ReadOnlySpan<byte> bytes, int lengthAt, int length) =>
        VendorRules.Md5(bytes.Slice(lengthAt + 4, 0x24), bytes.Slice(lengthAt + 0x38, length));

    private static void Put(Span<byte> bytes, int at, uint value, bool big) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], big ? BinaryPrimitives.ReverseEndianness(value) : value);

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> bytes, in Shape shape)
    {
        uint offset = shape.BigNumbers ? bytes.Be32(shape.LengthAt + 4) : bytes.Le32(shape.LengthAt + 4);
        ImmutableArray<Fact> facts =
        [
            Fact.Text(FactName.Signature, bytes.FieldText(0, 0x20)),
            Fact.Text("dev", bytes.FieldText(shape.LengthAt + 8, 0x20)),
            Fact.Number("image_size", shape.ImageLength),
            Fact.Number("flash_offset", offset),
        ];
        return shape.IsWrgg03
            ? facts.AddRange(
                Fact.Text(FactName.Version, bytes.FieldText(0x28, 0x10)), Fact.Text(FactName.Model, bytes.FieldText(0x38, 0x10)),
                Fact.Text("build", bytes.FieldText(0x58, 0x10)))
            : facts;
    }

    /// <summary>Where the image length stands, how many of the two magic numbers are right, and in which order numbers are.</summary>
    private readonly record struct Shape(int LengthAt, int Magics, bool BigMagic, bool BigNumbers, uint ImageLength, bool DigestFits)
    {
        public bool IsWrgg03 => LengthAt != 0x28;

        public int DigestAt => LengthAt + 0x28;

        public int HeaderLength => LengthAt + 0x38;
    }
}
