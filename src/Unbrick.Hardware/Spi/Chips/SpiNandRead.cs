namespace Unbrick.Hardware.Spi.Chips;

/// <summary>How the reading of a NAND page ended.</summary>
public enum SpiNandRead
{
    /// <summary>Without a wrong bit.</summary>
    Clean,

    /// <summary>The chip put wrong bits right.</summary>
    Corrected,

    /// <summary>More bits are wrong than the chip can put right: the bytes are not what was written.</summary>
    Failed,

    /// <summary>The chip stayed busy: no contact, no supply, or not this chip. The bytes are worthless.</summary>
    NoAnswer,
}
