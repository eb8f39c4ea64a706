using System.Collections.Immutable;
using Unbrick.Hardware.Spi;

namespace Unbrick.Sim.Spi;

/// <summary>The facts of a simulated NOR flash, after its data sheet; times are the typical ones.</summary>
public sealed record SimNorModel
{
    /// <summary>The part: <c>W25Q128BV</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Answer to 9F: maker, type, size code.</summary>
    public required ImmutableArray<byte> Jedec { get; init; }

    /// <summary>Answer to AB, and the second byte of the answer to 90.</summary>
    public required byte DeviceId { get; init; }

    /// <summary>Bytes; a power of two.</summary>
    public required int Size { get; init; }

    /// <summary>Bytes in a page.</summary>
    public int Page { get; init; } = 256;

    /// <summary>Erase commands with an address, the smallest first; typical times must be there.</summary>
    public required ImmutableArray<EraseCommand> Erases { get; init; }

    /// <summary>Typical time of a page program with a full page.</summary>
    public TimeSpan PageTime { get; init; } = TimeSpan.FromMilliseconds(0.7);

    /// <summary>Longest time of a page program, as SFDP tells it.</summary>
    public TimeSpan LongestPageTime { get; init; } = TimeSpan.FromMilliseconds(3);

    /// <summary>Typical time of an erase of the whole chip.</summary>
    public required TimeSpan ChipTime { get; init; }

    /// <summary>Typical time of a non-volatile write of the status registers.</summary>
    public TimeSpan StatusTime { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Which status registers it has.</summary>
    public NorStatusRegisters Status { get; init; } = NorStatusRegisters.Three;

    /// <summary>Bits of status register 1 that are BP0 and on: 3 of them, or 4 (then TB follows at bit 6 and there is no SEC).</summary>
    public int ProtectBits { get; init; } = 3;

    /// <summary>Addresses of four bytes.</summary>
    public FourByteWays FourByte { get; init; }

    /// <summary>Registers for 48, 42, 44, or what is shown in a mode of its own; null when there are none.</summary>
    public SecurityRegisters? Security { get; init; } = new(3, 0x1000, 0x1000, 256);

    /// <summary>4B answers with 8 bytes.</summary>
    public bool HasUniqueId { get; init; } = true;

    /// <summary>Length of the basic table of SFDP in double words: 9 (JESD216), 16 (JESD216B), 0 for a chip without SFDP.</summary>
    public int SfdpDwords { get; init; } = 16;

    /// <summary>Supply in millivolts.</summary>
    public (int Least, int Most) Millivolts { get; init; } = (2_700, 3_600);
}
