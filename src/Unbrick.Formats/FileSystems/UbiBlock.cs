namespace Unbrick.Formats.FileSystems;

/// <summary>One physical erase block of a UBI: where it lies and what its headers say.</summary>
/// <param name="At">In the image.</param>
/// <param name="State">What its erase counter header is.</param>
/// <param name="Erase">Its erase counter header; zero when it has none.</param>
/// <param name="Volume">Its volume header; null when it is free or has none that can be read.</param>
internal readonly record struct UbiBlock(int At, UbiBlockState State, UbiEraseHeader Erase, UbiVolumeHeader? Volume)
{
    /// <summary>No header that fits, but what is left of one; not just what a bad block of the chip reads as.</summary>
    public bool LooksLikeOne => State == UbiBlockState.Broken && (Erase.MagicFits || Volume is not null);
}

internal enum UbiBlockState
{
    /// <summary>A header with a CRC that fits.</summary>
    Good,

    /// <summary>Something stands there, but no header that fits.</summary>
    Broken,

    /// <summary>Erased, or all zero as a bad block reads.</summary>
    Blank,
}
