using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

/// <summary>
/// 32 bytes of text before an image, which Buffalo's boot loader wants to see on a file that comes by TFTP. Nothing in it can be checked.
/// (OpenWrt include/image-commands.mk, buffalo-tftp-header.)
/// </summary>
public sealed class BuffaloTftp : IFormatWriter
{
    private const int HeaderSize = 32;

    public string Id => "buffalo-tftp";

    public string Title => "Buffalo image for TFTP";

    public ImmutableArray<BytePattern> Patterns => [];

    private static ReadOnlySpan<byte> Magic => "# Airstation Public Fmt1"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        bool known = bytes.Has(Magic);
        if (!input.Claimed && !(input.AtStart && known && bytes.Length >= HeaderSize && bytes[Magic.Length..HeaderSize].IsAll(0)))
            return null;
        if (bytes.Length <= HeaderSize)
            return VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize + 1, bytes.Length));
        Finding finding = new()
        {
            Offset = input.At,
            Length = bytes.Length,
            Format = Id,
            Verdict = Verdict.Unchecked,
            Confidence = known ? Confidence.Certain : Confidence.Guess,
            Facts = [Fact.Text("text", bytes.FieldText(0, HeaderSize))],
            Parts = [new Part("image", input.At + HeaderSize, bytes.Length - HeaderSize)],
        };
        return known ? finding : finding.With(new Flaw(FlawCode.Magic, "does not begin with \"# Airstation Public Fmt1\"", input.At));
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, VendorRules.PartBytes(finding), expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (input.Length <= HeaderSize)
            return null;
        byte[] written = input.Bytes.ToArray();
        written.AsSpan(0, HeaderSize).Clear();
        Magic.CopyTo(written);
        return written;
    }
}
