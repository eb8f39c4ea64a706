using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.OpenWrt;

/// <summary>
/// What sysupgrade asks of an image, in its order: trailers, metadata, board, compatibility version (OpenWrt base-files
/// lib/upgrade/fwtool.sh, fwtool_check_image).
/// </summary>
internal static class SysupgradeRules
{
    /// <summary>Trailers and metadata of an image that must have such.</summary>
    public static void AddFlaws(ImmutableArray<Flaw>.Builder flaws, FwTool tool, int at)
    {
        foreach (FwToolChunk chunk in tool.Chunks)
        {
            if (!chunk.CrcFits)
            {
                int crcAt = at + chunk.End - FwToolChunk.TrailerSize + 4;
                flaws.Add(Flaw.Differs(FlawCode.TrailerCrc, $"CRC of the {chunk.Name} trailer", chunk.Stored, chunk.Computed, crcAt));
            }
        }
        if (tool.ImpossibleSize is uint size)
        {
            string seen = $"a trailer says that its chunk has {size:N0} bytes, {tool.PayloadLength:N0} are there";
            flaws.Add(new Flaw(FlawCode.TrailerSize, seen, at + tool.PayloadLength - 4));
        }
        if (tool.CutMetadataAt is int cut)
            flaws.Add(new Flaw(FlawCode.Truncated, "metadata begin, the file ends before their trailer", at + cut));
        if (tool.MetadataError is string error)
            flaws.Add(new Flaw(FlawCode.MetadataJson, error, at + tool.PayloadLength));
    }

    /// <param name="tool">The chunks.</param>
    /// <param name="board">Name of the fact with the metadata's board, which a tar has one of its own of.</param>
    public static ImmutableArray<Fact> Facts(FwTool tool, string board = FactName.Board)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.List("chunks", [.. tool.Chunks.Select(chunk => chunk.Name)]));
        facts.Add(Fact.Flag("metadata", tool.HasMetadata));
        facts.Add(Fact.Flag("signature", tool.HasSignature));
        facts.Add(Fact.Flag(FactName.Signed, tool.HasSignature));
        if (tool.HasSignature)
        {
            if (tool.Signer is { } signer)
                facts.Add(Fact.Text("signed_by", $"{signer.Kind} key {signer.Key}"));
            facts.Add(Fact.Text("signature_check", "not verified: no key"));
        }
        if (tool.Metadata is not SysupgradeMetadata metadata)
            return facts.DrainToImmutable();
        facts.Add(Fact.Text(FactName.Compat, metadata.Compat));
        facts.Add(Fact.List(FactName.SupportedDevices, metadata.SupportedDevices));
        foreach ((string name, string? value) in (ReadOnlySpan<(string, string?)>)
            [
                ("dist", metadata.Distribution), (FactName.Version, metadata.Version), ("revision", metadata.Revision),
                ("target", metadata.Target), (board, metadata.Board), ("compat_message", metadata.CompatMessage),
            ])
        {
            if (value is not null)
                facts.Add(Fact.Text(name, value));
        }
        return facts.DrainToImmutable();
    }

    /// <summary>What the running system says to the metadata.</summary>
    public static void Compare(ImmutableArray<Flaw>.Builder flaws, Finding finding, Expectation expected)
    {
        if (finding[FactName.SupportedDevices] is not ImmutableArray<string> devices || finding[FactName.Compat] is not string image)
            return;
        if (!expected.Boards.IsEmpty && !expected.Boards.Any(board => devices.Contains(board, StringComparer.Ordinal)))
        {
            string made = devices.IsEmpty ? "no device" : string.Join(", ", devices.Take(4)) + (devices.Length > 4 ? " and others" : "");
            flaws.Add(new Flaw(FlawCode.UnsupportedDevice, $"made for {made}, the unit is {string.Join(" or ", expected.Boards)}"));
        }
        if (expected.Compat is not string device)
            return;
        if (Major(device) != Major(image))
            flaws.Add(new Flaw(FlawCode.CompatMajor, $"compatibility version is {image}, that of the system {device}: no sysupgrade between them"));
        else if (device != image && expected.KeepSettings)
            flaws.Add(new Flaw(FlawCode.CompatMinor, $"compatibility version is {image}, that of the system {device}: settings cannot be kept"));
    }

    /// <summary>What lies before the trailers is the tar of a NAND device.</summary>
    public static bool IsTar(ReadOnlySpan<byte> payload) => payload.Has("sysupgrade-"u8) && payload.Has("ustar"u8, 0x101);

    /// <summary>All before the last dot, as the shell's <c>${version%.*}</c>.</summary>
    private static string Major(string version) => version.LastIndexOf('.') is > 0 and int dot ? version[..dot] : version;
}
