namespace Unbrick.Formats.Editing;

/// <summary>A named stretch of a flash.</summary>
/// <param name="Name">The partition's name, or the format's when the layout comes from the content.</param>
/// <param name="Offset">From the start of the flash.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Writable">The firmware writes there by itself.</param>
public sealed record Region(string Name, long Offset, long Length, RegionKind Kind, bool Writable)
{
    /// <summary>The first byte behind it.</summary>
    public long End => Offset + Length;

    /// <summary>Belongs to one single unit: it can not be had from anywhere else, and another's does not fit.</summary>
    public bool OneOfAKind => Kind is RegionKind.Calibration or RegionKind.Identity;
}
