using System.Collections.Immutable;

namespace Unbrick.Sim.Spi.Nand;

/// <summary>Where the id stands in the answer to 9F.</summary>
public enum SimNandId
{
    /// <summary>At its start.</summary>
    Plain,

    /// <summary>Behind a dummy byte.</summary>
    Dummy,

    /// <summary>Behind an address byte: 00 begins with the maker, 01 with the device.</summary>
    Address,
}

/// <summary>What the bits 4 and on of the status say after a page was read.</summary>
public enum SimNandStatus
{
    /// <summary>0 clean, 1 corrected, 2 not to be corrected.</summary>
    Plain,

    /// <summary>GigaDevice E: 1 corrected, 3 corrected as many as it can, 2 not.</summary>
    GigaDeviceE,

    /// <summary>GigaDevice F, bits 4 to 6: 1 to 6 corrected, 7 not.</summary>
    GigaDeviceF,

    /// <summary>Micron, bits 4 to 6: 1, 3, 5 corrected, 2 not.</summary>
    Micron,
}

/// <summary>What makes 03 read on into the pages that follow.</summary>
public enum SimNandStream
{
    /// <summary>Nothing.</summary>
    Never,

    /// <summary>Bit 3 of B0 (BUF) is clear: Winbond.</summary>
    BitClear,

    /// <summary>Bit 0 of B0 is set: Micron with pages of 4096 bytes.</summary>
    BitSet,
}

/// <summary>The facts of a simulated SPI NAND, after its data sheet; times are the typical ones, correction included.</summary>
public sealed record SimNandModel
{
    /// <summary>The part: <c>W25N01GV</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Answer to 9F: maker and device.</summary>
    public required ImmutableArray<byte> Id { get; init; }

    /// <summary>Where it stands.</summary>
    public SimNandId IdPlace { get; init; } = SimNandId.Dummy;

    /// <summary>Bytes of data in a page; a power of two.</summary>
    public int Page { get; init; } = 2048;

    /// <summary>Spare bytes of a page.</summary>
    public int Oob { get; init; } = 64;

    /// <summary>Pages of a block.</summary>
    public int PagesPerBlock { get; init; } = 64;

    /// <summary>Blocks of all dies together.</summary>
    public int Blocks { get; init; } = 1024;

    /// <summary>With two, odd blocks have a buffer of their own, which the bit above the column selects.</summary>
    public int Planes { get; init; } = 1;

    /// <summary>With more than one, C2 selects the die.</summary>
    public int Dies { get; init; } = 1;

    /// <summary>Wrong bits that its correction puts right in each 512 bytes.</summary>
    public int Corrects { get; init; } = 1;

    /// <summary>How it tells of them.</summary>
    public SimNandStatus Status { get; init; }

    /// <summary>How it reads on.</summary>
    public SimNandStream Stream { get; init; }

    /// <summary>Block protection (A0) after power-on: all blocks.</summary>
    public byte Protection { get; init; } = 0x38;

    /// <summary>Configuration (B0) after power-on: correction on.</summary>
    public byte Configuration { get; init; } = 0x10;

    /// <summary>From 13 to the page in the buffer.</summary>
    public TimeSpan PageTime { get; init; } = TimeSpan.FromMicroseconds(60);

    /// <summary>Supply in millivolts.</summary>
    public (int Least, int Most) Millivolts { get; init; } = (2_700, 3_600);

    /// <summary>Pages of all blocks.</summary>
    public int Pages => Blocks * PagesPerBlock;

    /// <summary>Bytes of data.</summary>
    public long Size => (long)Pages * Page;

    /// <summary>Bytes of a page with its spare bytes.</summary>
    public int RawPage => Page + Oob;
}
