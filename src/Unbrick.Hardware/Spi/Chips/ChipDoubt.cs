namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Why an answer is no chip, or not to be trusted.</summary>
public enum ChipDoubt
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>FF only: the data line is pulled up and nothing drives it.</summary>
    OnlyOnes,

    /// <summary>00 only.</summary>
    OnlyZeros,

    /// <summary>Not the same each time.</summary>
    Unstable,

    /// <summary>No maker's code begins like this, or the bytes do not differ: noise or a shifted answer.</summary>
    Implausible,

    /// <summary>The id is unknown and says nothing about a size.</summary>
    Unknown,

    /// <summary>The list and the chip's own description give different sizes; the smaller one is taken.</summary>
    SizesDiffer,

    /// <summary>It is known, but of a kind that is not read or written here (DataFlash, EEPROM).</summary>
    NotSupported,
}
