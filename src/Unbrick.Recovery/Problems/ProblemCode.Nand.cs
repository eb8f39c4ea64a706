namespace Unbrick.Recovery.Problems;

/// <content>What can be wrong with a SPI NAND behind a clip.</content>
public static partial class ProblemCode
{
    /// <summary>A SPI NAND is not written here. Values: <c>chip</c>.</summary>
    public const string SpiNandReadOnly = "spi-nand-read-only";

    /// <summary>Pages with more wrong bits than the chip can put right. Values: <c>pages</c>, <c>places</c>.</summary>
    public const string SpiNandUncorrected = "spi-nand-uncorrected";
}
