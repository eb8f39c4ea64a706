namespace Unbrick.Formats;

/// <summary>What a format is given to read: the image, the stretch in which it may lie, and a budget.</summary>
/// <param name="image">The whole image.</param>
/// <param name="at">Where the thing begins.</param>
/// <param name="end">Where the stretch ends (exclusive): the end of the image, or of the part that this lies in.</param>
/// <param name="budget">What may be spent on unpacking.</param>
public readonly struct FormatInput(ReadOnlyMemory<byte> image, int at, int end, ReadBudget budget)
{
    public ReadOnlyMemory<byte> Image => image;

    public int At => at;

    public int End => end;

    public ReadBudget Budget => budget;

    /// <summary>Somebody says that this is the format: report flaws in place of null.</summary>
    public bool Claimed { get; init; }

    /// <summary>The part's container has proven these bytes by a checksum: no need to unpack them only to see that they are whole.</summary>
    public bool Proven { get; init; }

    /// <summary>The thing begins where the image, or the part of a container, begins.</summary>
    public bool AtStart { get; init; }

    /// <summary>From the beginning of the thing to the end of the stretch.</summary>
    public ReadOnlySpan<byte> Bytes => image.Span[at..end];

    public int Length => end - at;
}
