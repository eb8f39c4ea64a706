using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Recovery.Spi;

/// <summary>
/// Says in words whether a device will start from a chip that a write left in the middle: by the regions in which something is neither as before nor
/// as planned, and by those of which only a part is.
/// </summary>
/// <param name="layout">Where what lies.</param>
/// <param name="planned">Sectors that were to change.</param>
/// <param name="done">Those of them that hold what they are to hold.</param>
/// <param name="broken">Sectors that hold neither, or may: half done, or without effect.</param>
public sealed class BootOutlook(Layout layout, SectorSet planned, SectorSet done, SectorSet broken)
{
    /// <summary>What comes of a region that is not whole, the worst first.</summary>
    private static readonly ImmutableArray<(RegionKind Kind, string Effect)> s_effects =
    [
        (RegionKind.Bootloader, "it will not start: the boot loader ({0}) is not whole"),
        (RegionKind.Unknown, "nothing says what {0} is for, so it may not start"),
        (RegionKind.Firmware, "its boot loader starts and can be given an image, the firmware ({0}) is not whole"),
        (RegionKind.Calibration, "it starts; Wi-Fi may be missing, as the calibration ({0}) is not whole"),
        (RegionKind.Identity, "it starts; addresses may be wrong, as {0} is not whole"),
        (RegionKind.Config, "it starts; its settings ({0}) may be lost until the write is done"),
        (RegionKind.Env, "it starts; its boot loader takes its defaults, as the environment ({0}) is not whole"),
    ];

    /// <summary>A clause in which "it" is the device.</summary>
    public string Words
    {
        get
        {
            foreach ((RegionKind kind, string effect) in s_effects)
            {
                string[] names = [.. layout.Regions.Where(r => r.Kind == kind && !IsWhole(r)).Select(r => $"{r.Name} at 0x{r.Offset:x6}")];
                if (names.Length > 0)
                    return string.Format(System.Globalization.CultureInfo.InvariantCulture, effect, names.Length > 2 ? $"{names[0]} and {names.Length - 1:N0} more" : string.Join(" and ", names));
            }
            return "it can start";
        }
    }

    /// <summary>All as before, or all as planned, and nothing broken. An environment has a checksum over all of it, and so have most other things.</summary>
    private bool IsWhole(Region region)
    {
        bool isOld = false, isNew = false;
        for (long at = region.Offset / SectorSet.Sector * SectorSet.Sector; at < region.End; at += SectorSet.Sector)
        {
            if (broken.Has(at, 1))
                return false;
            if (planned.Has(at, 1))
                (isOld, isNew) = (isOld || !done.Has(at, 1), isNew || done.Has(at, 1));
        }
        return !(isOld && isNew);
    }
}
