namespace Unbrick.Hardware.Spi.Chips;

/// <summary>How sure it is which chip answers; the higher the surer.</summary>
public enum ChipCertainty
{
    /// <summary>Nothing that could be a chip does.</summary>
    None,

    /// <summary>The id is unknown, or nothing more than its size is known: 03, 02, 20 and D8 are assumed. A user must confirm.</summary>
    SizeCode,

    /// <summary>The id is not in the list; the chip's own description (SFDP) is complete.</summary>
    Sfdp,

    /// <summary>Several parts have this id; what all of them can do is known.</summary>
    Set,

    /// <summary>One part.</summary>
    Part,
}
