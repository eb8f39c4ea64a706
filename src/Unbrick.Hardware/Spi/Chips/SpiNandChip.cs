using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>What must be known of a SPI NAND to read it.</summary>
public sealed record SpiNandChip
{
    /// <summary>Maker and part: <c>Winbond W25N01GV</c>.</summary>
    public required string Name { get; init; }

    /// <summary>All parts that have this id.</summary>
    public ImmutableArray<string> Parts { get; init; } = [];

    /// <summary>Maker and device bytes as lower-case hex: <c>efaa21</c>.</summary>
    public required string Id { get; init; }

    /// <summary>How it is asked for its id.</summary>
    public SpiNandIdMethod IdMethod { get; init; }

    /// <summary>Bytes of data in a page.</summary>
    public required int Page { get; init; }

    /// <summary>Spare bytes of a page.</summary>
    public required int Oob { get; init; }

    /// <summary>Pages of a block, which is what an erase takes.</summary>
    public required int PagesPerBlock { get; init; }

    /// <summary>Blocks of the whole chip, all dies together.</summary>
    public required int Blocks { get; init; }

    /// <summary>With two planes bit 12 (or above the page) of the column address is the block's lowest bit.</summary>
    public int Planes { get; init; } = 1;

    /// <summary>Dies in the case.</summary>
    public int Dies { get; init; } = 1;

    /// <summary>How one of several dies is selected; where it is not, the rows of one die follow those of the other.</summary>
    public SpiNandDieSelect DieSelect { get; init; }

    /// <summary>Its own correction; null when the list does not say.</summary>
    public SpiNandEcc? Ecc { get; init; }

    /// <summary>What bits 4 and 5 of C0 mean after a page read, with eight entries bits 4 to 6. A meaning that is not known is a failure.</summary>
    public ImmutableArray<SpiNandRead> EccStatus { get; init; } = [SpiNandRead.Clean, SpiNandRead.Corrected, SpiNandRead.Failed, SpiNandRead.Failed];

    /// <summary>Blocks that may be bad in a new chip; null when the list does not say.</summary>
    public int? MaxBadBlocks { get; init; }

    /// <summary>Lowest and highest supply in millivolts; null when it is not known.</summary>
    public (int Least, int Most)? Millivolts { get; init; }

    /// <summary>It is a 1.8 V part: 3.3 V may destroy it.</summary>
    public bool MayBe1V8 { get; init; }

    /// <summary>Bytes of data, spare bytes not counted.</summary>
    public long Size => (long)Page * Pages;

    /// <summary>Pages of all blocks.</summary>
    public int Pages => PagesPerBlock * Blocks;

    /// <summary>Bytes of a page with its spare bytes.</summary>
    public int RawPage => Page + Oob;
}
