using System.Collections.Immutable;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Erase;

/// <summary>
/// Which erase commands to take for the sectors that have to be erased: many small ones, or a large one whose other bytes have to be
/// programmed and checked anew. The cheaper one wins, and nothing outside of what is allowed is ever erased.
/// </summary>
public sealed class EraseChoice
{
    private readonly EraseCommand[] _commands;
    private readonly HashSet<int> _dirty;
    private readonly Func<int, int, bool> _mayErase;
    private readonly Func<int, int> _pagesIn;
    private readonly EraseCosts _costs;

    private EraseChoice(SpiChip chip, IEnumerable<int> dirty, Func<int, int, bool> mayErase, Func<int, int> pagesIn, EraseCosts costs)
    {
        _commands = Commands(chip);
        _dirty = [.. dirty];
        _mayErase = mayErase;
        _pagesIn = pagesIn;
        _costs = costs;
    }

    /// <summary>Bytes of the smallest block that the chip can erase: the sector in which a plan is made.</summary>
    /// <param name="chip">Its erase commands.</param>
    /// <returns>0 when it has none that divides it evenly.</returns>
    public static int SectorOf(SpiChip chip)
    {
        ArgumentNullException.ThrowIfNull(chip);
        return Commands(chip) is [EraseCommand smallest, ..] ? smallest.Size : 0;
    }

    /// <summary>Chooses.</summary>
    /// <param name="chip">Its size and erase commands with their times.</param>
    /// <param name="dirty">Addresses of the sectors (<see cref="SectorOf"/>) that must be erased.</param>
    /// <param name="mayErase">Whether a block (address, bytes) may be erased though some of its sectors need not be.</param>
    /// <param name="pagesIn">How many pages of a sector (address) are to hold other bytes than FF afterwards.</param>
    /// <param name="costs">What putting back costs.</param>
    /// <returns>Steps in the order of their addresses, without overlap.</returns>
    public static ImmutableArray<EraseStep> Choose(
        SpiChip chip, IEnumerable<int> dirty, Func<int, int, bool> mayErase, Func<int, int> pagesIn, EraseCosts costs)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(dirty);
        ArgumentNullException.ThrowIfNull(mayErase);
        ArgumentNullException.ThrowIfNull(pagesIn);
        ArgumentNullException.ThrowIfNull(costs);
        EraseChoice choice = new(chip, dirty, mayErase, pagesIn, costs);
        int sector = SectorOf(chip);
        if (choice._dirty.Any(a => sector == 0 || a < 0 || a > chip.Size - sector || a % sector != 0))
            throw new ArgumentException($"not all are sectors of {sector} bytes inside of the chip", nameof(dirty));
        List<EraseStep> steps = [];
        if (choice._dirty.Count > 0)
        {
            int largest = choice._commands[^1].Size;
            foreach (int block in choice._dirty.Select(a => a / largest * largest).Distinct().Order())
                steps.AddRange(choice.Cheapest(block, choice._commands.Length - 1).Steps);
        }
        return [.. steps];
    }

    /// <summary>One command for each size, the fastest, as far as each size is made of whole smaller ones and the chip of whole blocks.</summary>
    private static EraseCommand[] Commands(SpiChip chip)
    {
        List<EraseCommand> commands = [];
        foreach (IGrouping<int, EraseCommand> size in chip.Erases.Where(e => e.Size > 0 && chip.Size % e.Size == 0).GroupBy(e => e.Size).OrderBy(g => g.Key))
        {
            if (commands is [] || size.Key % commands[^1].Size == 0)
                commands.Add(size.MinBy(Time)!);
        }
        return [.. commands];
    }

    private static TimeSpan Time(EraseCommand command) => command.Typical ?? EraseTimes.Typical(command.Size);

    private (TimeSpan Cost, List<EraseStep> Steps) Cheapest(int address, int level)
    {
        EraseCommand command = _commands[level];
        (TimeSpan Cost, List<EraseStep> Steps) parts = level == 0 ? (TimeSpan.Zero, []) : Parts(address, level);
        bool isNeeded = level > 0 ? parts.Steps.Count > 0 : _dirty.Contains(address);
        if (!isNeeded)
            return parts;
        bool isWhole = Sectors(address, command.Size).All(_dirty.Contains);
        if (!isWhole && !_mayErase(address, command.Size))
            return parts;
        TimeSpan whole = Time(command) + _costs.PerErase + Restoring(address, command.Size);
        return level == 0 || whole < parts.Cost ? (whole, [new(address, command)]) : parts;
    }

    private (TimeSpan Cost, List<EraseStep> Steps) Parts(int address, int level)
    {
        TimeSpan cost = TimeSpan.Zero;
        List<EraseStep> steps = [];
        int size = _commands[level - 1].Size;
        for (int part = address; part < address + _commands[level].Size; part += size)
        {
            (TimeSpan Cost, List<EraseStep> Steps) cheapest = Cheapest(part, level - 1);
            cost += cheapest.Cost;
            steps.AddRange(cheapest.Steps);
        }
        return (cost, steps);
    }

    private TimeSpan Restoring(int address, int size) => Sectors(address, size).Where(s => !_dirty.Contains(s))
        .Aggregate(TimeSpan.Zero, (sum, s) => sum + (_costs.PerPage * _pagesIn(s)) + (_costs.PerByte * _commands[0].Size));

    private IEnumerable<int> Sectors(int address, int size)
    {
        for (int sector = address; sector < address + size; sector += _commands[0].Size)
            yield return sector;
    }
}
