using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Recovery.Spi;

/// <summary>
/// What a write must leave alone: boot loader, calibration and identity of this unit. A file that has something else there comes from another
/// unit or another model, or was made by mistake.
/// </summary>
public static class WriteGuard
{
    private static readonly ImmutableArray<RegionKind> s_kept = [RegionKind.Bootloader, RegionKind.Calibration, RegionKind.Identity];

    /// <summary>The regions of a kept kind that the target would change, and which the user has not named.</summary>
    /// <param name="layout">Of the backup or of the device.</param>
    /// <param name="before">What the chip holds.</param>
    /// <param name="target">What it is to hold.</param>
    /// <param name="named">Kinds that may be replaced.</param>
    public static ImmutableArray<Region> Refused(Layout layout, ReadOnlySpan<byte> before, ReadOnlySpan<byte> target, ImmutableHashSet<RegionKind> named)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(named);
        ImmutableArray<Region>.Builder refused = ImmutableArray.CreateBuilder<Region>();
        foreach (Region region in layout.Regions)
        {
            if (!s_kept.Contains(region.Kind) || named.Contains(region.Kind) || region.End > before.Length)
                continue;
            ReadOnlySpan<byte> old = before.Slice((int)region.Offset, (int)region.Length), made = target.Slice((int)region.Offset, (int)region.Length);
            // An erased region has nothing to lose.
            if (!old.SequenceEqual(made) && old.ContainsAnyExcept((byte)0xFF))
                refused.Add(region);
        }
        return refused.DrainToImmutable();
    }

    /// <summary>The target with everything outside of one region as it is.</summary>
    public static byte[] Only(Region region, ReadOnlySpan<byte> before, ReadOnlySpan<byte> target)
    {
        ArgumentNullException.ThrowIfNull(region);
        byte[] made = before.ToArray();
        target.Slice((int)region.Offset, (int)region.Length).CopyTo(made.AsSpan((int)region.Offset));
        return made;
    }
}
