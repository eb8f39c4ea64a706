using System.Collections.Immutable;

namespace Unbrick.Formats.TpLink;

/// <summary>
/// The header of TP-Link's later MediaTek routers: Archer MR200, C2. Vendor files are signed inside the padding of the header, which
/// only the vendor's web page looks at.
/// </summary>
public sealed class TpLinkV3 : IFormatWriter
{
    public string Id => "tplink-v3";

    public string Title => "TP-Link firmware header, version 3";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("03 00 00 00", 0, 0x1000)];

    public Finding? Read(in FormatInput input) => TpLinkV2Image.Read(input, Id, TpLinkV2Header.Version3);

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => TpLinkCompare.Flaws(finding, expected, 0x34);

    public byte[]? Rewrite(in FormatInput input) => TpLinkV2Image.Rewrite(input, Read(input));

    /// <summary>An image of this header and what follows it. The lengths are the header's: it may announce padding that is not there.</summary>
    public static byte[] Write(in TpLinkV2Header header, ReadOnlySpan<byte> payload, string version = "ver. 2.0") =>
        TpLinkV2Image.Write(header with { Version = TpLinkV2Header.Version3 }, payload, version);
}
