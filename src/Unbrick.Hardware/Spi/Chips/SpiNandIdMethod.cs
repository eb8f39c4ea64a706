namespace Unbrick.Hardware.Spi.Chips;

/// <summary>What follows 9F before a SPI NAND tells its id.</summary>
public enum SpiNandIdMethod
{
    /// <summary>The list does not say.</summary>
    Unknown,

    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>An address byte of 00.</summary>
    Address,

    /// <summary>A dummy byte.</summary>
    Dummy,
}
