using System.Collections.Immutable;
using Unbrick.Formats.Vendors;

namespace Unbrick.Formats.OpenWrt;

/// <summary>
/// OpenWrt image with the trailer of fwtool: any payload, then metadata and often a signature. sysupgrade refuses an image without metadata
/// unless forced, and one that names other boards. Whether a signature is that of a trusted key can only the device tell.
/// </summary>
public sealed class OpenWrtSysupgrade : IFormatWriter
{
    public string Id => "openwrt-sysupgrade";

    public string Title => "OpenWrt sysupgrade image";

    /// <summary>It is known by its end: only a whole file is asked.</summary>
    public ImmutableArray<BytePattern> Patterns => [];

    public Finding? Read(in FormatInput input)
    {
        bool wholeFile = input.AtStart && input.End == input.Image.Length;
        if (!input.Claimed && !wholeFile)
            return null;
        if (input.Length == 0)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(FwToolChunk.TrailerSize, 0)) : null;
        FwTool tool = FwTool.Read(input.Bytes);
        bool known = tool.Chunks.Any(chunk => chunk.CrcFits) || tool.Chunks.Any(chunk => chunk.Type <= FwToolChunk.Metadata);
        if (!input.Claimed && (!known || SysupgradeRules.IsTar(input.Bytes[..tool.PayloadLength])))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        SysupgradeRules.AddFlaws(flaws, tool, input.At);
        if (!tool.HasMetadata && tool.ImpossibleSize is null)
            flaws.Add(new Flaw(FlawCode.MetadataMissing, "the file does not end with metadata of OpenWrt", input.End - 1));
        bool proven = tool.Chunks.Length > 0 && tool.Chunks[^1].CrcFits;
        return new Finding
        {
            Offset = input.At,
            Length = input.Length,
            Format = Id,
            Confidence = known ? Confidence.Certain : Confidence.Guess,
            Facts = SysupgradeRules.Facts(tool),
            Parts = tool.PayloadLength > 0 ? [new Part("payload", input.At, tool.PayloadLength, proven)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        SysupgradeRules.Compare(flaws, finding, expected);
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        FwTool tool = FwTool.Read(input.Bytes);
        if (tool.Chunks.IsEmpty || tool.ImpossibleSize is not null)
            return null;
        byte[] written = input.Bytes.ToArray();
        tool.Rewrite(written);
        return written;
    }
}
