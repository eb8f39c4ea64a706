using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>Does the dump lie as the device's map says?</summary>
internal static class LayoutEvidence
{
    /// <summary>A chip of another size: bigger ones are soldered in by tinkerers, smaller ones cannot hold the firmware.</summary>
    private const double BiggerChip = -4, SmallerChip = -12;

    /// <summary>A kernel, an environment or unit data where no partition begins.</summary>
    private const double Misplaced = -3;

    /// <summary>At the beginning of a partition written flash follows erased flash; or goes on, as if there were no boundary.</summary>
    private const double Boundary = 1.2, NoBoundary = -0.4, NothingThere = -0.25;

    /// <summary>Written flash begins where the map has no boundary, outside of the firmware where file systems do as they like.</summary>
    private const double Unexplained = -1.2;

    private const double MostForPlace = 4;

    public static void Weigh(Scored score, DumpPlaces dump, MatchIndex index)
    {
        if (score.Device.Chip is not { Size: long size } chip)
            return;
        if (size == dump.Length)
            score.Add(index.OfChip(size), $"the chip has {ByteText.Short(size)}");
        else
            score.Add(size < dump.Length ? BiggerChip : SmallerChip);
        Things(score, dump, index, size);
        Boundaries(score, dump, chip, index, size);
        UnitEvidence.Weigh(score, dump);
    }

    private static void Things(Scored score, DumpPlaces dump, MatchIndex index, long size)
    {
        DeviceTraits device = score.Device;
        foreach (Finding kernel in dump.Kernels.Where(k => device.PartAt(k.Offset) is not { } part || part.Offset == k.Offset || !Roomy(part)))
            Thing(score, kernel, device.Starts.Contains(kernel.Offset), index, size);
        // The first kernel of the firmware partition stands at its beginning; a second one may be anywhere in it.
        if (dump.Kernels is [{ } first, ..] && device.PartAt(first.Offset) is { } holds && holds.Offset != first.Offset && Roomy(holds))
            score.Add(Misplaced);
        foreach (Finding system in dump.FileSystems.Where(f => device.PartAt(f.Offset) is not { } part || part.Offset == f.Offset))
            Thing(score, system, device.Starts.Contains(system.Offset), index, size);
        foreach (Finding unit in dump.UnitData)
            Thing(score, unit, device.Starts.Contains(unit.Offset), index, size);
        Environment(score, dump, index, size);
    }

    private static void Thing(Scored score, Finding finding, bool fits, MatchIndex index, long size)
    {
        if (!fits)
        {
            score.Add(Misplaced);
            return;
        }
        string name = score.Device.PartAt(finding.Offset)?.Name ?? "a partition";
        score.Add(Math.Min(MostForPlace, index.OfStart(size, finding.Offset)), $"{finding.Format} at 0x{finding.Offset:x}, where \"{name}\" begins");
    }

    private static void Environment(Scored score, DumpPlaces dump, MatchIndex index, long size)
    {
        if (score.Device.Environment is not { } place)
        {
            foreach (Finding found in dump.Environments)
                Thing(score, found, score.Device.Starts.Contains(found.Offset), index, size);
            return;
        }
        Finding? there = dump.Environments.Find(f => f.Offset == place.At);
        if (there is null)
        {
            score.Add(dump.Environments.Count > 0 ? Misplaced : -1);
            return;
        }
        Thing(score, there, fits: true, index, size);
        if (place.Size is long wanted && there["size"] is long has)
            score.Add(has == wanted ? 1 : -2, $"the environment's CRC covers {has:N0} bytes");
    }

    private static void Boundaries(Scored score, DumpPlaces dump, FlashChip chip, MatchIndex index, long size)
    {
        int fitting = 0;
        double weight = 0;
        foreach (long at in score.Device.Starts.Where(a => a > 0 && a < dump.Length && a % DumpPlaces.Block == 0))
        {
            bool before = dump.IsBlank(at - DumpPlaces.Block), here = dump.IsBlank(at);
            if (before && !here)
            {
                fitting++;
                weight += Math.Min(Boundary, 0.2 + index.OfStart(size, at));
            }
            else
            {
                weight += here ? NothingThere : NoBoundary;
            }
        }
        score.Add(weight, $"written flash begins at {fitting} of the map's {score.Device.Starts.Count} boundaries");
        double strange = 0;
        foreach (long at in dump.Begins)
        {
            if (!score.Device.Starts.Contains(at) && (score.Device.PartAt(at) is not { } part || !Roomy(part)))
                strange += Unexplained;
        }
        score.Add(Math.Max(strange, 10 * Unexplained));
        if (chip.Parts.Length == 0)
            score.Add(Misplaced);
    }

    /// <summary>Holds a file system or kernel with a life of its own; smaller ones are written from their beginning on.</summary>
    private static bool Roomy(FlashPart part) => part.Size is 0 or > 0x8_0000;
}
