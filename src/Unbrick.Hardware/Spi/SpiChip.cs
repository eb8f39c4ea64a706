using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi;

/// <summary>
/// What must be known of a serial NOR flash to read and write it. Where an id is shared by several parts this is their common safe geometry,
/// and <see cref="Parts"/> has them all.
/// </summary>
public sealed record SpiChip
{
    /// <summary>Maker and part: <c>Winbond W25Q128BV/FV/JV</c>.</summary>
    public required string Name { get; init; }

    /// <summary>All parts that it may be.</summary>
    public ImmutableArray<string> Parts { get; init; } = [];

    /// <summary>Answer to 9F as lower-case hex: <c>ef4018</c>.</summary>
    public required string Jedec { get; init; }

    /// <summary>Bytes.</summary>
    public required int Size { get; init; }

    /// <summary>Bytes that one program command writes at the most.</summary>
    public int Page { get; init; } = 256;

    /// <summary>Erase commands that take an address, the smallest first.</summary>
    public ImmutableArray<EraseCommand> Erases { get; init; } = [];

    /// <summary>How addresses of four bytes are sent; <see cref="FourByteAddresses.None"/> up to 16 MiB.</summary>
    public FourByteAddresses Addresses { get; init; }

    /// <summary>Lowest and highest supply in millivolts; null when it is not known.</summary>
    public (int Least, int Most)? Millivolts { get; init; }

    /// <summary>Security registers that are read by 48; null when there are none, or none that are known.</summary>
    public SecurityRegisters? Security { get; init; }

    /// <summary>Status register 2 is read by 35, status register 3 by 15.</summary>
    public bool HasStatus2 { get; init; }

    /// <summary>See <see cref="HasStatus2"/>.</summary>
    public bool HasStatus3 { get; init; }

    /// <summary>Block protect bits in status register 1.</summary>
    public byte ProtectBits { get; init; } = 0x1C;

    /// <summary>50 lets the next write of the status register last until power-off only.</summary>
    public bool HasVolatileStatus { get; init; }

    /// <summary>Where the facts are from: <c>chip list</c>, <c>SFDP</c>, <c>size code of the id</c>.</summary>
    public string Source { get; init; } = "chip list";
}
