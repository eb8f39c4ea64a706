using System.Collections.Immutable;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>A SPI NAND that answered.</summary>
/// <param name="Chips">Parts that have its id; at least one.</param>
/// <param name="IsPlain">The id comes straight after 9F; else behind one more byte.</param>
public sealed record SpiNandFound(ImmutableArray<SpiNandChip> Chips, bool IsPlain);

/// <summary>
/// Asks whether a SPI NAND is there: most send their id behind a dummy or address byte, where a serial NOR has begun already. A NOR of the list is
/// not asked twice; nothing is changed in any chip.
/// </summary>
public static class SpiNandFinder
{
    /// <summary>Longest id in use and what may stand before it.</summary>
    private const int Length = 6;

    /// <summary>A contact that comes and goes may swallow some questions; a chip that is silent is not asked on.</summary>
    private const int Reads = 8, FirstReads = 4;

    /// <summary>Looks for one.</summary>
    /// <returns>Null when a NOR of the list answers, or nothing that is known.</returns>
    public static SpiNandFound? Find(ISpiMaster master, ChipLibrary library)
    {
        ArgumentNullException.ThrowIfNull(master);
        ArgumentNullException.ThrowIfNull(library);
        if (Usual(master, isPlain: true) is not byte[] plain || library.ByRdid(plain).Count > 0)
            return null;
        // Where the id comes behind a byte, nobody drives the line before it.
        bool isPlain = plain[0] is not (0x00 or 0xFF);
        byte[]? id = isPlain ? plain : Usual(master, isPlain: false);
        return id is [not (0x00 or 0xFF), ..] && library.NandByRdid(id) is { Count: > 0 } found ? new([.. found], isPlain) : null;
    }

    /// <summary><c>9F</c>, or <c>9F 00</c>.</summary>
    /// <param name="master">The programmer.</param>
    /// <param name="isPlain">Without a byte in between.</param>
    /// <param name="id">All of it is filled.</param>
    public static void ReadId(ISpiMaster master, bool isPlain, Span<byte> id)
    {
        ArgumentNullException.ThrowIfNull(master);
        master.Transfer(isPlain ? [NorOpcode.ReadId] : [NorOpcode.ReadId, 0], id);
    }

    /// <summary>What most answers say; null when there is none.</summary>
    private static byte[]? Usual(ISpiMaster master, bool isPlain)
    {
        List<ImmutableArray<byte>> answers = [];
        while (answers.Count < Reads && !(answers.Count == FirstReads && answers.TrueForAll(a => NorCommands.IsBlank(a.AsSpan()))))
        {
            byte[] id = new byte[Length];
            ReadId(master, isPlain, id);
            answers.Add([.. id]);
        }
        ReadOnlySpan<byte> usual = new RepeatedRead(0, [.. answers]).Usual;
        return NorCommands.IsBlank(usual) ? null : usual.ToArray();
    }
}
