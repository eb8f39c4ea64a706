namespace Unbrick.Hardware.Spi.Chips;

/// <summary>How a SPI NAND with several dies is told which one is meant.</summary>
public enum SpiNandDieSelect
{
    /// <summary>Not at all: one die, or row addresses that reach all of them.</summary>
    None,

    /// <summary>Command C2 with the number of the die (Winbond W25M).</summary>
    Command,

    /// <summary>Bit 6 of the feature at D0 (Micron MT29F with two dies).</summary>
    Feature,
}
