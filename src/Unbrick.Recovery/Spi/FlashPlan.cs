using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Erase;

namespace Unbrick.Recovery.Spi;

/// <summary>
/// What will be erased and programmed to make a chip that holds its backup hold something else. Only sectors that differ, only such as the
/// backup has proven; the erase commands are those that cost least together with what has to be put back behind them.
/// </summary>
public sealed class FlashPlan
{
    /// <summary>Makes the plan.</summary>
    /// <param name="backup">What the chip holds.</param>
    /// <param name="target">What it is to hold: as long as the chip.</param>
    /// <param name="chip">Its erase commands.</param>
    /// <param name="programmer">Its speed, for the choice of erase commands.</param>
    /// <param name="allowed">Sectors that may be touched at all; null for all.</param>
    /// <exception cref="ArgumentException">The length is wrong; a sector that differs is not allowed or not proven by the backup.</exception>
    public FlashPlan(VerifiedBackup backup, ReadOnlyMemory<byte> target, SpiChip chip, SpiMasterInfo programmer, SectorSet? allowed = null)
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(chip);
        if (target.Length != chip.Size || backup.Bytes.Length != chip.Size)
            throw new ArgumentException($"{target.Length} bytes for a chip of {chip.Size}", nameof(target));
        Backup = backup;
        Target = target;
        TargetSha256 = Convert.ToHexStringLower(SHA256.HashData(target.Span));
        SectorSet dirty = Differing(backup.Bytes.Span, target.Span), erased = new(chip.Size);
        foreach (int at in dirty.Addresses())
        {
            if (allowed is not null && !allowed.Has(at, 1))
                throw new ArgumentException($"the sector at 0x{at:x6} differs and may not be touched", nameof(allowed));
            if (!backup.IsProven(at, 1))
                throw new ArgumentException($"the sector at 0x{at:x6} is not proven by the backup", nameof(backup));
            int length = Math.Min(SectorSet.Sector, chip.Size - at);
            if (NeedsErase(backup.Bytes.Span.Slice(at, length), target.Span.Slice(at, length)))
                erased.Add(at, 1);
        }
        Changed = dirty.Count;
        int sector = EraseChoice.SectorOf(chip);
        ImmutableArray<EraseStep> erases = EraseChoice.Choose(
            chip, erased.Addresses().Select(at => at / sector * sector).Distinct(), MayErase, PagesIn, EraseCosts.For(chip, programmer));
        SectorSet covered = new(chip.Size);
        List<PlanStep> steps = [];
        foreach (EraseStep erase in erases)
        {
            steps.Add(new PlanStep(erase.Address, erase.Command.Size, erase.Command));
            covered.Add(erase.Address, erase.Command.Size);
        }
        SectorSet cleared = new(chip.Size);
        foreach (int at in dirty.Addresses())
        {
            if (!covered.Has(at, 1))
                cleared.Add(at, 1);
        }
        steps.AddRange(cleared.Runs(LargestStep).Select(run => new PlanStep(run.At, run.Length, null)));
        Steps = [.. steps.OrderBy(s => s.At)];

        bool MayErase(int at, int length) => backup.IsProven(at, length) && (allowed is null || allowed.Has(at, length));

        int PagesIn(int at)
        {
            ReadOnlySpan<byte> here = Target.Span.Slice(at, Math.Min(sector, Target.Length - at));
            int pages = 0;
            for (int page = 0; page < here.Length; page += chip.Page)
                pages += here.Slice(page, Math.Min(chip.Page, here.Length - page)).ContainsAnyExcept((byte)0xFF) ? 1 : 0;
            return pages;
        }
    }

    private const int LargestStep = 0x1_0000;

    /// <summary>What the chip holds now.</summary>
    public VerifiedBackup Backup { get; }

    /// <summary>What it is to hold.</summary>
    public ReadOnlyMemory<byte> Target { get; }

    /// <summary>Of the target, lower-case hex.</summary>
    public string TargetSha256 { get; }

    /// <summary>In the order of their addresses, without overlap.</summary>
    public ImmutableArray<PlanStep> Steps { get; }

    /// <summary>Sectors of 4 KiB that differ.</summary>
    public int Changed { get; }

    /// <summary>The sectors that differ.</summary>
    public static SectorSet Differing(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        SectorSet differing = new(before.Length);
        for (int at = 0; at < before.Length; at += SectorSet.Sector)
        {
            int length = Math.Min(SectorSet.Sector, before.Length - at);
            if (!before.Slice(at, length).SequenceEqual(after.Slice(at, length)))
                differing.Add(at, length);
        }
        return differing;
    }

    /// <summary>A bit goes from 0 to 1; programming clears bits only.</summary>
    internal static bool NeedsErase(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (int i = 0; i < before.Length; i++)
        {
            if ((after[i] & ~before[i]) != 0)
                return true;
        }
        return false;
    }
}
