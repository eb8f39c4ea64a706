namespace Unbrick.Formats.Compression;

/// <summary>What came of unpacking.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Consumed">Packed bytes up to the end of the stream, or to where it stopped.</param>
/// <param name="PlainLength">Bytes that came out.</param>
public sealed record Unpacked(UnpackStatus Status, int Consumed, long PlainLength)
{
    /// <summary>What came out (the beginning of it, when it was stopped), if it was to be kept.</summary>
    public byte[]? Plain { get; init; }

    /// <summary>Lower-case hex of what came out; only of a whole stream that was not kept.</summary>
    public string? Sha256 { get; init; }

    /// <summary>One sentence on what is wrong, empty when nothing is.</summary>
    public string Seen { get; init; } = "";

    /// <summary>
    /// The input ran out exactly where an encoder leaves off: of LZMA whose size nobody says and that no marker ends. The last few plain bytes
    /// may be too many.
    /// </summary>
    public bool RanOut { get; init; }

    public bool Ok => Status == UnpackStatus.Ok;
}
