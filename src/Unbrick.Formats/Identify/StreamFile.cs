using System.Collections.Immutable;
using Unbrick.Formats.Compression;

namespace Unbrick.Formats.Identify;

/// <summary>A file that is one compressed stream of a firmware image: Tasmota's <c>.bin.gz</c>, OpenWrt's <c>.img.gz</c>.</summary>
internal static class StreamFile
{
    private const int MostPlain = 1 << 30;

    private static readonly string[] s_endings = [".gz", ".xz", ".bz2", ".zst", ".lzma", ".lzo", ".lz4"];

    /// <summary>
    /// Null when it is not one whole stream from the first byte to the last, or when nothing that is known is inside: then it is the
    /// compression that is told about.
    /// </summary>
    public static PackedFile? Open(string name, ReadOnlyMemory<byte> bytes, ImmutableArray<Finding> tiles, Opening opening)
    {
        if (tiles is not [{ Verdict: Verdict.Ok, Variant: string kind } stream] || FormatRegistry.Find(stream.Format) is not IUnpacker unpacker)
            return null;
        long most = Math.Min(MostPlain, PlainBytes.Most(bytes.Length));
        byte[]? plain = unpacker.Unpack(new FormatInput(bytes, 0, bytes.Length, new ReadBudget(most)) { AtStart = true }, (int)most);
        if (plain is null)
            return null;
        string ending = s_endings.FirstOrDefault(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase), "");
        Identification firmware = Identification.Of(name[..^ending.Length], plain, opening);
        return firmware.Main is null ? null : new PackedFile { Kind = kind, IsStream = true, Firmware = firmware };
    }
}
