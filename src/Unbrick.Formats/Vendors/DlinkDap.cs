using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Big-endian; the sum is that of all bytes of the image.
//   openwrt/firmware-utils src/mkdapimg.c:   00 4 sum   04 20 model   18 30 signature   36 1 partition   37 1 header's length   3C 4 length
//                                            40 4 region and 44 12 version, when the header has 0x50 bytes
//   openwrt/firmware-utils src/mkdapimg2.c:  00 4 header's length (0x48, little-endian)   04 4 sum   08 4 length   0C 4 place of the root file system
//                                            10 32 signature   30 16 version   40 8 region

/// <summary>
/// Image of D-Link's access points and repeaters (DAP-1350, DAP-1330 and others) with either of two headers. There is no magic number; the boot
/// loader's page compares the signature with its own.
/// </summary>
public sealed class DlinkDap : IFormatWriter
{
    private const int Size1 = 0x40, Size1Long = 0x50, Size2 = 0x48, LargestPlausible = 1 << 28;

    public string Id => "dlink-dap";

    public string Title => "D-Link image for access points (DAP)";

    /// <summary>Nothing in the header is the same in all files: only at the beginning.</summary>
    public ImmutableArray<BytePattern> Patterns { get; } = [];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !input.AtStart)
            return null;
        if (Shape.Of(bytes) is not Shape shape)
        {
            Flaw flaw = bytes.Length < Size1
                ? Flaw.Truncated(Size1, bytes.Length)
                : new Flaw(FlawCode.Structure, "neither of the two headers: no signature where they have it", input.At);
            return input.Claimed ? VendorRules.Broken(Id, input, flaw) : null;
        }
        long end = shape.Header + (long)shape.Length;
        bool whole = end <= bytes.Length;
        uint sum = whole ? Sum(bytes[shape.Header..(int)end]) : 0;
        bool fits = whole && sum == shape.Sum;
        // A header of another's with texts at the same places; its sum says nothing.
        if (!input.Claimed && !fits && !shape.Signature.Contains('-', StringComparison.Ordinal))
            return null;
        int length = (int)Math.Min(end, bytes.Length);
        Finding finding = new()
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Variant = shape.Header == Size2 ? "v2" : "v1",
            Confidence = fits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Signature, shape.Signature),
                .. Text(FactName.Model, bytes, shape.Header == Size2 ? default : 0x04..0x18),
                .. Text(FactName.Region, bytes, shape.Header == Size2 ? 0x40..0x48 : shape.Header == Size1Long ? 0x40..0x44 : default),
                .. Text(FactName.Version, bytes, shape.Header == Size2 ? 0x30..0x40 : shape.Header == Size1Long ? 0x44..0x50 : default),
            ],
            Parts = length > shape.Header ? [new Part("image", input.At + shape.Header, length - shape.Header)] : [],
        };
        return !whole ? finding.With(Flaw.Truncated(end, bytes.Length))
            : !fits ? finding.With(Flaw.Differs(FlawCode.Checksum, "sum of the image", shape.Sum, sum, input.At + shape.SumAt))
            : finding;
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Signature is string signature && finding[FactName.Signature] is string has && has != signature)
            flaws.Add(new Flaw(FlawCode.WrongSignature, $"made for {has}, the unit is {signature}", finding.Offset));
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (Shape.Of(bytes) is not Shape shape || shape.Header + (long)shape.Length > bytes.Length)
            return null;
        byte[] written = bytes[..(shape.Header + (int)shape.Length)].ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(shape.LengthAt), (uint)(written.Length - shape.Header));
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(shape.SumAt), Sum(written.AsSpan(shape.Header)));
        return written;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes)
            sum += b;
        return sum;
    }

    private static ImmutableArray<Fact> Text(string name, ReadOnlySpan<byte> bytes, Range place) =>
        bytes[place].Field(0, bytes[place].Length) is { IsEmpty: false } text ? [Fact.Text(name, Core.Text.SafeText.Show(text))] : [];

    /// <summary>Which header it is, and what stands in it.</summary>
    private readonly record struct Shape(int Header, int SumAt, uint Sum, int LengthAt, uint Length, string Signature)
    {
        public static Shape? Of(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > Size2 && bytes.Le32(0) == Size2 && VendorRules.IsPaddedText(bytes[0x10..0x30]) && IsTextOrNone(bytes[0x30..0x40])
                && IsTextOrNone(bytes[0x40..0x48]) && bytes.Be32(8) is > 0 and < LargestPlausible)
                return new(Size2, 4, bytes.Be32(4), 8, bytes.Be32(8), bytes.FieldText(0x10, 0x20));
            if (bytes.Length > Size1Long && bytes[0x37] is Size1 or Size1Long && VendorRules.IsPaddedText(bytes[0x04..0x18])
                && VendorRules.IsPaddedText(bytes[0x18..0x36]) && bytes.Be32(0x3C) is > 0 and < LargestPlausible)
                return new(bytes[0x37], 0, bytes.Be32(0), 0x3C, bytes.Be32(0x3C), bytes.FieldText(0x18, 0x1E));
            return null;
        }

        private static bool IsTextOrNone(ReadOnlySpan<byte> field) => field.IsAll(0) || VendorRules.IsPaddedText(field);
    }
}
