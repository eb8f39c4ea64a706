using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Editing;

/// <summary>A flash as regions: sorted, not overlapping, covering [0, <see cref="Size"/>).</summary>
/// <param name="Regions">By offset.</param>
/// <param name="From">Where it is known from.</param>
public sealed record Layout(ImmutableArray<Region> Regions, LayoutSource From)
{
    /// <summary>Bytes that it covers.</summary>
    public long Size => Regions.IsEmpty ? 0 : Regions[^1].End;

    /// <summary>The region with that name, case aside; null when there is none.</summary>
    public Region? Find(string name) => Regions.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The region that this byte lies in, or null.</summary>
    public Region? At(long offset) => Regions.FirstOrDefault(r => r.Offset <= offset && offset < r.End);

    /// <summary>From regions in any order that may leave gaps, which become regions of unknown kind; what overlaps an earlier one is cut.</summary>
    public static Layout Cover(IEnumerable<Region> regions, long size, LayoutSource from)
    {
        ImmutableArray<Region>.Builder covered = ImmutableArray.CreateBuilder<Region>();
        long at = 0;
        foreach (Region region in regions.OrderBy(r => r.Offset).ThenByDescending(r => r.Length))
        {
            long start = Math.Max(region.Offset, at), end = Math.Min(region.End, size);
            if (end <= start)
                continue;
            AddGap(covered, at, start);
            covered.Add(region with { Offset = start, Length = end - start });
            at = end;
        }
        AddGap(covered, at, size);
        return new Layout(covered.DrainToImmutable(), from);
    }

    /// <summary>What was found in the bytes as regions. Findings that touch and are of one kind become one (kernel, root file system).</summary>
    public static Layout OfContent(ImmutableArray<Finding> tiling)
    {
        ImmutableArray<Region>.Builder regions = ImmutableArray.CreateBuilder<Region>();
        foreach (Finding finding in tiling)
            regions.Add(new Region(finding.Format, finding.Offset, finding.Length, KindOf(finding), KindOf(finding) == RegionKind.Firmware));
        return new Layout(regions.DrainToImmutable(), LayoutSource.Content);
    }

    /// <summary>What something found in a flash is for.</summary>
    public static RegionKind KindOf(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Format switch
        {
            "bootloader" => RegionKind.Bootloader,
            "uboot-env" => RegionKind.Env,
            "mtk-factory" or "ath-art" => RegionKind.Calibration,
            "padding" or "blank" => RegionKind.Padding,
            "unknown" => RegionKind.Unknown,
            _ => RegionKind.Firmware,
        };
    }

    /// <summary>
    /// How the bytes agree with this layout: for each region that must not be blank (boot loader, calibration, identity, firmware) whether it
    /// holds something. A dump of another device, or of a dead clip, agrees in few.
    /// </summary>
    public (int Agree, int Of) Confirm(ReadOnlySpan<byte> image)
    {
        (int agree, int of) = (0, 0);
        foreach (Region region in Regions)
        {
            bool mustHold = region.Kind is RegionKind.Bootloader or RegionKind.Calibration or RegionKind.Identity or RegionKind.Firmware;
            if (region.End > image.Length || !mustHold)
                continue;
            of++;
            ReadOnlySpan<byte> head = image.Slice((int)region.Offset, (int)Math.Min(region.Length, 0x1_0000));
            if (!head.IsAll(0xFF) && !head.IsAll(0))
                agree++;
        }
        return (agree, of);
    }

    private static void AddGap(ImmutableArray<Region>.Builder to, long from, long end)
    {
        if (end > from)
            to.Add(new Region($"gap-{from:x}", from, end - from, RegionKind.Unknown, Writable: false));
    }
}
