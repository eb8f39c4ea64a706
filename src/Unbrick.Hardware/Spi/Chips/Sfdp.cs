using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>
/// What a chip tells of itself (5A; JESD216 and its revisions): size, erase commands that work all over the array, times, four-byte addresses.
/// </summary>
public sealed record Sfdp
{
    /// <summary>Bytes to read at first: headers and, with most makers, the basic table.</summary>
    public const int FirstRead = 256;

    /// <summary>Revision: 1.</summary>
    public required int Major { get; init; }

    /// <summary>0 is JESD216, 5 is rev. A, 6 rev. B, and so on.</summary>
    public required int Minor { get; init; }

    /// <summary>Bytes.</summary>
    public required int Size { get; init; }

    /// <summary>Erase commands with as many address bytes as the mode has, the smallest first.</summary>
    public ImmutableArray<EraseCommand> Erases { get; init; } = [];

    /// <summary>Erase commands that always take four address bytes, the smallest first.</summary>
    public ImmutableArray<EraseCommand> FourByteErases { get; init; } = [];

    /// <summary>13 reads and 12 programs with four address bytes.</summary>
    public bool HasFourByteCommands { get; init; }

    /// <summary>Ways into four address bytes.</summary>
    public SfdpFourByte FourByteEntry { get; init; }

    /// <summary>Ways back to three.</summary>
    public SfdpFourByte FourByteExit { get; init; }

    /// <summary>Bytes of a page; null where the table is older than rev. A.</summary>
    public int? Page { get; init; }

    /// <summary>How long a page takes as a rule.</summary>
    public TimeSpan? PageTypical { get; init; }

    /// <summary>How long a page takes at the most.</summary>
    public TimeSpan? PageLongest { get; init; }

    /// <summary>How long the erasing of the chip takes as a rule.</summary>
    public TimeSpan? ChipTypical { get; init; }

    /// <summary>Where the quad enable bit is (JESD216A, dword 15, bits 20 to 22); null when it is not told.</summary>
    public int? QuadEnable { get; init; }

    /// <summary>50 lets a status write last until power-off only; null when it is not told.</summary>
    public bool? HasVolatileStatus { get; init; }

    /// <summary>66 and 99 reset it.</summary>
    public bool HasReset { get; init; }

    /// <summary>Erase commands are not the same all over the array; <see cref="Erases"/> has those that are.</summary>
    public bool IsMixed { get; init; }

    /// <summary>Lowest and highest supply in millivolts, from the maker's own table (Macronix, GigaDevice); else null.</summary>
    public (int Least, int Most)? Millivolts { get; init; }

    /// <summary>Reads the answer to 5A from address 0.</summary>
    /// <returns>Null when there is no signature, no basic table or no size in it that could be true. Bytes that are missing count as not told.</returns>
    public static Sfdp? Parse(ReadOnlySpan<byte> bytes) => SfdpReader.Read(bytes);

    /// <summary>How many bytes from address 0 the tables take that are used here, at the most 4 KiB; 0 without a signature.</summary>
    /// <param name="start">The first <see cref="FirstRead"/> bytes.</param>
    public static int Length(ReadOnlySpan<byte> start) => SfdpReader.Length(start);
}
