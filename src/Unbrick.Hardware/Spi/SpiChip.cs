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

    /// <summary>How it is programmed. <see cref="ProgramMethod.Byte"/> goes with a <see cref="Page"/> of 1.</summary>
    public ProgramMethod Program { get; init; }

    /// <summary>How long a full page takes as a rule; null when the chip does not say.</summary>
    public TimeSpan? PageTypical { get; init; }

    /// <summary>How long to wait for a page at the most.</summary>
    public TimeSpan PageLongest { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>What an erased byte reads: FF, on a few old parts 00.</summary>
    public byte Erased { get; init; } = 0xFF;

    /// <summary>
    /// Erase commands that take an address, the smallest first, as they are sent: where <see cref="Addresses"/> is
    /// <see cref="FourByteAddresses.Commands"/> they are the ones with four address bytes (21, 5C, DC).
    /// </summary>
    public ImmutableArray<EraseCommand> Erases { get; init; } = [];

    /// <summary>How addresses of four bytes are sent; <see cref="FourByteAddresses.None"/> up to 16 MiB.</summary>
    public FourByteAddresses Addresses { get; init; }

    /// <summary>Lowest and highest supply in millivolts; null when it is not known.</summary>
    public (int Least, int Most)? Millivolts { get; init; }

    /// <summary>It is, or one of <see cref="Parts"/> is, a 1.8 V part: 3.3 V may destroy it.</summary>
    public bool MayBe1V8 { get; init; }

    /// <summary>Security registers that are read by 48; null when there are none, or none that are known.</summary>
    public SecurityRegisters? Security { get; init; }

    /// <summary>Status register 2 is read by 35, status register 3 by 15.</summary>
    public bool HasStatus2 { get; init; }

    /// <summary>See <see cref="HasStatus2"/>.</summary>
    public bool HasStatus3 { get; init; }

    /// <summary>Bytes that the status write 01 takes: with 2 or 3 a shorter one may clear status register 2.</summary>
    public int StatusBytes { get; init; } = 1;

    /// <summary>What keeps blocks from being written.</summary>
    public Protection Protection { get; init; }

    /// <summary>Block protect bits in status register 1.</summary>
    public byte ProtectBits { get; init; } = 0x1C;

    /// <summary>Bit that turns the protected range inside out (CMP); null when there is none.</summary>
    public StatusBit? Complement { get; init; }

    /// <summary>Bit that puts a lock on each block instead (WPS): 98 opens them all. Null when there is none.</summary>
    public StatusBit? IndividualLocks { get; init; }

    /// <summary>50 lets the next write of the status register last until power-off only.</summary>
    public bool HasVolatileStatus { get; init; }

    /// <summary>Where the facts are from: <c>chip list</c>, <c>SFDP</c>, <c>size code of the id</c>.</summary>
    public string Source { get; init; } = "chip list";
}
