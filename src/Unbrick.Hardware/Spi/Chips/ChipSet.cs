using System.Collections.Immutable;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>
/// What several parts with one id have in common: a chip that may be treated as any of them. No command, register or mode is in it that one of
/// them lacks, and no wait is shorter than that of the slowest.
/// </summary>
public static class ChipSet
{
    private const int MostNames = 4;

    /// <summary>Common safe geometry.</summary>
    /// <param name="parts">At least one.</param>
    public static SpiChip Common(IReadOnlyList<ChipCandidate> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        List<ChipCandidate> known = [.. parts.Where(p => !p.IsSizeOnly)];
        if (known.Count == 0)
            known = [.. parts];
        List<SpiChip> chips = [.. known.Select(p => p.Chip)];
        SpiChip first = chips[0];
        int size = parts.Min(p => p.Chip.Size);
        (FourByteAddresses addresses, ImmutableArray<EraseCommand> erases) =
            ChipAddressing.Choose(size, ChipAddressing.Common(known.Select(p => p.Ways)), Erases(known));
        return first with
        {
            Name = Name([.. parts.Select(p => p.Chip.Name).Distinct()]),
            Parts = [.. parts.SelectMany(p => p.Chip.Parts).Distinct()],
            Size = size,
            Page = chips.Min(c => c.Page),
            Program = chips.Max(c => c.Program),
            PageLongest = chips.Max(c => c.PageLongest),
            Erases = erases,
            Addresses = addresses,
            Millivolts = Supply([.. chips.Select(c => c.Millivolts)]),
            MayBe1V8 = parts.Any(p => p.Chip.MayBe1V8),
            Security = Security(chips),
            HasStatus2 = chips.TrueForAll(c => c.HasStatus2),
            HasStatus3 = chips.TrueForAll(c => c.HasStatus3),
            StatusBytes = chips.TrueForAll(c => c.HasStatus2) ? chips.Max(c => c.StatusBytes) : chips.Min(c => c.StatusBytes),
            Protection = chips.TrueForAll(c => c.Protection == first.Protection) ? first.Protection : Protection.StatusBits,
            ProtectBits = chips.Aggregate((byte)0, (bits, c) => (byte)(bits | c.ProtectBits)),
            Complement = chips.TrueForAll(c => c.Complement == first.Complement) ? first.Complement : null,
            IndividualLocks = chips.TrueForAll(c => c.IndividualLocks == first.IndividualLocks) ? first.IndividualLocks : null,
            HasVolatileStatus = chips.TrueForAll(c => c.HasVolatileStatus),
        };
    }

    /// <summary>Commands that all have with the same size: a D8 of 64 KiB here and of 256 KiB there is none.</summary>
    private static ImmutableArray<EraseCommand> Erases(List<ChipCandidate> parts) => EraseLayout.Sorted(parts[0].AllErases
        .Where(e => parts.TrueForAll(p => p.AllErases.Any(other => (other.Opcode, other.Size) == (e.Opcode, e.Size)))));

    /// <summary>
    /// The largest of those at the same addresses: they are read only, and a smaller one begins anew at its end. A part that does not know the command
    /// for a mode stays at its array, which is seen.
    /// </summary>
    private static SecurityRegisters? Security(List<SpiChip> chips)
    {
        List<SecurityRegisters> all = [.. chips.Select(c => c.Security).OfType<SecurityRegisters>()];
        bool isSame = all.Count > 0 && all.TrueForAll(s => s with { Size = 0 } == all[0] with { Size = 0 });
        return isSame && (all.Count == chips.Count || all[0].Enter is not null) ? all.MaxBy(s => s.Size) : null;
    }

    /// <summary>The range that is right for all; null when one is not known or there is no such range.</summary>
    private static (int, int)? Supply(IReadOnlyList<(int Least, int Most)?> ranges)
    {
        if (ranges.Any(r => r is null))
            return null;
        (int least, int most) = (ranges.Max(r => r!.Value.Least), ranges.Min(r => r!.Value.Most));
        return least < most ? (least, most) : null;
    }

    /// <summary><c>Winbond W25Q128BV/FV/JV</c>: what all begin with once, up to the last digit.</summary>
    private static string Name(string[] names)
    {
        string shared = names[0];
        foreach (string name in names)
        {
            while (!name.StartsWith(shared, StringComparison.Ordinal))
                shared = shared[..^1];
        }
        while (shared.Length > 0 && !char.IsAsciiDigit(shared[^1]))
            shared = shared[..^1];
        // Cut only where a letter follows in all: 25L32 is not what MX25L3205 and MX25L3206 share.
        if (names.Length == 1 || !names.All(n => n.Length > shared.Length && char.IsAsciiLetter(n[shared.Length]) && !n.Contains('/', StringComparison.Ordinal)))
            shared = names[0][..(names[0].IndexOf(' ', StringComparison.Ordinal) + 1)];
        string[] rest = [.. names.Select(n => n.StartsWith(shared, StringComparison.Ordinal) ? n[shared.Length..] : n)];
        string more = rest.Length > MostNames ? $" and {rest.Length - MostNames} more" : "";
        return shared + string.Join('/', rest.Take(MostNames)) + more;
    }
}
