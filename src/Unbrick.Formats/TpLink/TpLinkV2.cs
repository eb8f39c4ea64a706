using System.Collections.Immutable;

namespace Unbrick.Formats.TpLink;

/// <summary>
/// The header of TP-Link's MediaTek and Lantiq routers: Archer C50, C20i, TL-WR841N v13.
/// The same fields as version 3, which adds a signature.
/// </summary>
public sealed class TpLinkV2 : IFormatWriter
{
    public string Id => "tplink-v2";

    public string Title => "TP-Link firmware header, version 2";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("02 00 00 00", 0, 0x1000)];

    public Finding? Read(in FormatInput input) => TpLinkV2Image.Read(input, Id, TpLinkV2Header.Version2);

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => TpLinkCompare.Flaws(finding, expected, 0x34);

    public byte[]? Rewrite(in FormatInput input) => TpLinkV2Image.Rewrite(input, Read(input));

    /// <summary>An image of this header and what follows it. The lengths are the header's: it may announce padding that is not there.</summary>
    public static byte[] Write(in TpLinkV2Header header, ReadOnlySpan<byte> payload, string version = "ver. 2.0") =>
        TpLinkV2Image.Write(header with { Version = TpLinkV2Header.Version2 }, payload, version);
}
