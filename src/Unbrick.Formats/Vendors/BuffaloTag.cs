using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

/// <summary>Buffalo image with a tag that names product, region and hardware version. It has no magic number.</summary>
public sealed class BuffaloTag : IFormatWriter
{
    /// <summary>The bits of the region mask.</summary>
    private static readonly string[] s_regions = ["JP", "US", "EU", "AP", "TW", "KR"];

    public string Id => "buffalo-tag";

    public string Title => "Buffalo tagged image";

    public ImmutableArray<BytePattern> Patterns => [];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !input.AtStart)
            return null;
        BuffaloTagShape? found = BuffaloTagShape.Of(bytes);
        bool texts = BuffaloTagShape.HasTexts(bytes);
        if (found is not BuffaloTagShape shape)
        {
            if (!input.Claimed)
                return null;
            if (bytes.Length < BuffaloTagShape.LongestHeader)
                return VendorRules.Broken(Id, input, Flaw.Truncated(BuffaloTagShape.LongestHeader, bytes.Length));
            string seen = $"the length of all, {bytes.Be32(BuffaloTagShape.LengthAt):N0} bytes, is not that of header and data";
            return VendorRules.Broken(Id, input, new Flaw(FlawCode.Structure, seen, input.At + BuffaloTagShape.LengthAt));
        }
        if (!texts && !input.Claimed)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!texts)
            flaws.Add(new Flaw(FlawCode.Structure, "product, brand, version and region are not all text", input.At));
        uint stored = bytes.Be32(BuffaloTagShape.ChecksumAt);
        bool fits = false;
        if (shape.Total > bytes.Length)
            flaws.Add(Flaw.Truncated(shape.Total, bytes.Length));
        else if (stored != 0)
        {
            uint crc = BuffaloChecksums.OfTagged(bytes[..(int)shape.Total], BuffaloTagShape.ChecksumAt);
            fits = crc == stored;
            if (!fits)
                flaws.Add(Flaw.Differs(FlawCode.Crc, "checksum", stored, crc, input.At + BuffaloTagShape.ChecksumAt));
        }
        int length = (int)Math.Min(shape.Total, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Variant = shape.Variant,
            Verdict = fits ? Verdict.Ok : Verdict.Unchecked,
            Confidence = fits || texts ? Confidence.Certain : Confidence.Likely,
            Facts = Facts(bytes),
            Parts = Parts(input.At, shape, length, fits),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Product is string product && finding[FactName.Product] is string has && has != product)
            flaws.Add(new Flaw(FlawCode.WrongProduct, $"made for {has}, the unit is a {product}", finding.Offset));
        if (expected.Region is string region && finding["regions"] is ImmutableArray<string> regions && !regions.Contains(region))
        {
            flaws.Add(new Flaw(
                FlawCode.WrongRegion, $"made for {string.Join(", ", regions)}, the unit is of region {region}", finding.Offset + 0x50));
        }
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (BuffaloTagShape.Of(bytes) is not BuffaloTagShape shape || shape.Total > bytes.Length)
            return null;
        byte[] written = bytes[..(int)shape.Total].ToArray();
        // A file made without a checksum is taken without one.
        if (bytes.Be32(BuffaloTagShape.ChecksumAt) != 0)
        {
            uint crc = BuffaloChecksums.OfTagged(written, BuffaloTagShape.ChecksumAt);
            BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(BuffaloTagShape.ChecksumAt), crc);
        }
        return written;
    }

    private static ImmutableArray<Part> Parts(int at, in BuffaloTagShape shape, int length, bool proven)
    {
        int first = (int)Math.Min(shape.First, Math.Max(0, length - shape.HeaderLength));
        int second = (int)Math.Min(shape.Second, Math.Max(0, length - shape.HeaderLength - first));
        ImmutableArray<Part> parts = first > 0 ? [new Part("data", at + shape.HeaderLength, first, proven)] : [];
        return second > 0 ? parts.Add(new Part("second", at + shape.HeaderLength + first, second, proven)) : parts;
    }

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> bytes)
    {
        string region = bytes.FieldText(0x50, 2);
        ImmutableArray<Fact> facts =
        [
            Fact.Text(FactName.Product, bytes.FieldText(0, 0x20)),
            Fact.Text(FactName.Vendor, bytes.FieldText(0x20, 0x20)),
            Fact.Text(FactName.Version, $"{bytes.FieldText(0x40, 8)}-{bytes.FieldText(0x48, 8)}"),
            Fact.Text(FactName.Region, region),
            Fact.Text("platform", bytes.FieldText(0x60, 8)),
            Fact.Text("hw_version", bytes.FieldText(0x6C, 4)),
        ];
        uint mask = bytes.Be32(0x52);
        if (region != "M_")
            return facts.Add(Fact.List("regions", [region]));
        // All bits: for regions that have no letters here, too.
        return mask == uint.MaxValue ? facts : facts.Add(Fact.List("regions", [.. s_regions.Where((_, bit) => (mask >> bit & 1) != 0)]));
    }
}
