namespace Unbrick.Sim.Spi;

/// <summary>Which status registers a simulated chip has and how they are written; the families differ.</summary>
public enum NorStatusRegisters
{
    /// <summary>Status register 1 alone (W25X).</summary>
    One,

    /// <summary>
    /// Two: read by 05 and 35, written together by 01 with two bytes. 01 with one byte clears CMP, QE and SRL in the second (W25Q…BV, W25Q80, W25Q64FV).
    /// </summary>
    TwoTogether,

    /// <summary>Three: 05 35 15, written by 01 31 11; 01 takes a second byte, too, and with one leaves the second alone (W25Q…FV and later).</summary>
    Three,

    /// <summary>Three: 05 35 15, written by 01 31 11, one byte each (GD25Q…C).</summary>
    ThreeApart,

    /// <summary>Status by 05, configuration by 15, both written by 01 (Macronix); four block protect bits, and a refused write clears WEL.</summary>
    StatusAndConfiguration,
}
