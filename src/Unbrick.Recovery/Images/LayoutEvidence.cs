using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Does the dump lie as the device's map says? Each weight is the logarithm of how much likelier a thing is when the map is right than
/// when it is not, so that a map with many places gains by those that fit only what it loses by those that do not.
/// </summary>
internal static class LayoutEvidence
{
    /// <summary>A chip of another size: bigger ones are soldered in by tinkerers, smaller ones cannot hold the firmware.</summary>
    private const double BiggerChip = -4, SmallerChip = -12;

    /// <summary>A kernel, an environment or unit data where no partition begins.</summary>
    public const double Misplaced = -3;

    /// <summary>A thing where the map has its like, and where it has a partition for something else.</summary>
    public const double InPlace = 4, Elsewhere = 0.5;

    /// <summary>
    /// At a partition's beginning erased flash ends (6 of 10 times; elsewhere once in hundreds of blocks), or all is erased, or data
    /// goes on as if there were no boundary; within one kernel or environment there is none for sure.
    /// </summary>
    private const double Boundary = 4, NothingThere = -0.9, GoesOn = -1.6, Crossed = -3;

    /// <summary>Written flash begins where the map has no boundary, outside of the firmware where file systems do as they like.</summary>
    private const double Unexplained = -2;

    private const int MostUnexplained = 8;

    /// <summary>The firmware's partition is erased: no device works like that.</summary>
    private const double NoFirmware = -3;

    public static void Weigh(Scored score, DumpPlaces dump, MatchIndex index)
    {
        if (score.Device.Chip is not { Size: long size } chip)
            return;
        if (size == dump.Length)
            score.Add(index.OfChip(size), $"the chip has {ByteText.Short(size)}");
        else
            score.Add(size < dump.Length ? BiggerChip : SmallerChip);
        Kernels(score, dump);
        KernelEvidence.Weigh(score, dump);
        BootLoaderEvidence.Weigh(score, dump);
        foreach (Finding system in dump.FileSystems)
        {
            if (score.Device.PartAt(system.Offset) is not { } part || part.Offset == system.Offset || !Roomy(part))
                Thing(score, system, p => p.Name.Contains("rootfs", StringComparison.OrdinalIgnoreCase) || Roomy(p));
        }
        foreach (Finding unit in dump.UnitData)
            Thing(score, unit, p => score.Device.Calibration.Any(c => c.At >= p.Offset && c.At < p.Offset + Math.Max(p.Size, 1)));
        EnvironmentEvidence.Weigh(score, dump);
        Boundaries(score, dump, chip);
        UnitEvidence.Weigh(score, dump);
        RadioEvidence.Weigh(score, dump);
        SafeloaderEvidence.Weigh(score, dump);
    }

    private static void Kernels(Scored score, DumpPlaces dump)
    {
        DeviceTraits device = score.Device;
        foreach (Finding kernel in dump.Kernels)
        {
            bool first = kernel == dump.Kernels[0];
            // The first kernel of the firmware partition stands at its beginning; a second one may be anywhere in it.
            if (first || device.PartAt(kernel.Offset) is not { } part || part.Offset == kernel.Offset || !Roomy(part))
                Thing(score, kernel, Roomy);
        }
        if (device.Firmware is { } firmware && dump.IsBlank(firmware.Offset))
            score.Add(NoFirmware);
    }

    /// <summary>Weighs a thing by where the map has a partition for its like.</summary>
    public static void Thing(Scored score, Finding finding, Func<FlashPart, bool> isPlace)
    {
        if (!score.Device.Starts.Contains(finding.Offset))
        {
            score.Add(Misplaced);
            return;
        }
        FlashPart? part = score.Device.PartAt(finding.Offset);
        score.Add(part is not null && isPlace(part) ? InPlace : Elsewhere,
            $"{finding.Format} at 0x{finding.Offset:x}, where \"{part?.Name ?? "a partition"}\" begins");
    }

    private static void Boundaries(Scored score, DumpPlaces dump, FlashChip chip)
    {
        int fitting = 0;
        double weight = 0;
        // Calibration begins a block of its own in the midst of a partition: what begins there is explained, whether or not a boundary is.
        int explained = dump.Begins.Count(at => score.Device.UnitBlocks.Contains(at) && !score.Device.Starts.Contains(at));
        foreach (long at in score.Device.Starts.Where(a => a > 0 && a < dump.Length && a % DumpPlaces.Block == 0))
        {
            bool before = dump.IsBlank(at - DumpPlaces.Block), here = dump.IsBlank(at);
            fitting += before && !here ? 1 : 0;
            weight += dump.IsInside(at) ? Crossed : (before, here) switch
            {
                (true, false) => Boundary,
                (false, true) => 0,
                (true, true) => NothingThere,
                (false, false) => GoesOn,
            };
        }
        score.Add(weight + explained * Boundary, $"written flash begins at {fitting} of the map's {score.Device.Starts.Length} boundaries");
        int strange = dump.Begins.Count(at =>
            !score.Device.Starts.Contains(at) && !score.Device.UnitBlocks.Contains(at) && (score.Device.PartAt(at) is not { } part || !Roomy(part)));
        score.Add(Math.Min(strange, MostUnexplained) * Unexplained);
        if (chip.Parts.Length == 0)
            score.Add(Misplaced);
    }

    /// <summary>Holds a file system or kernel with a life of its own; smaller ones are written from their beginning on.</summary>
    private static bool Roomy(FlashPart part) => part.Size is 0 or > 0x8_0000;
}
