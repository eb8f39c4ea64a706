using System.Buffers;
using System.Collections.Immutable;

namespace Unbrick.Formats.Scan;

/// <summary>
/// Makes the tiling of one image. Where findings overlap, the surer wins, then the earlier, then the longer; one that is damaged ends where
/// the next certain one begins, so that a wrong length never hides what lies behind it.
/// </summary>
/// <param name="image">The image.</param>
/// <param name="index">The formats and their patterns.</param>
/// <param name="budget">Bounds of the scan.</param>
/// <param name="nested">The image was put together from pieces of another one.</param>
internal sealed class Tiler(ReadOnlyMemory<byte> image, PatternIndex index, ReadBudget budget, bool nested = false)
{
    /// <summary>Findings in all, nested ones included: more than any honest image has, few enough to hold.</summary>
    private const int MostFindings = 16_384;

    private readonly Effort _effort = new(index.Formats.Length, image.Length);
    private readonly List<Candidate> _ownPlaces = OwnPlaces(image.Span, index.Formats);
    private int _findings;
    private long _assembled;

    public ImmutableArray<Finding> Tile()
    {
        ImmutableArray<Finding>.Builder tiles = ImmutableArray.CreateBuilder<Finding>();
        TileStretch(new Stretch(0, image.Length, 0, Proven: false, Except: null), tiles);
        return tiles.DrainToImmutable();
    }

    private void TileStretch(in Stretch stretch, ImmutableArray<Finding>.Builder tiles)
    {
        StretchReader reader = new(image, index, budget, _effort, _ownPlaces, stretch);
        int at = stretch.Begin;
        Finding? found = reader.AtStart();
        while (at < stretch.End)
        {
            found ??= reader.Next(at);
            if (found is null || _findings >= MostFindings)
                break;
            if (reader.Settle(found) is Finding settled)
            {
                Fill(at, settled.Offset, tiles);
                _findings++;
                tiles.Add(settled with { Inside = Inside(settled, stretch), Volumes = Volumes(settled, stretch) });
                at = settled.End;
            }
            else
            {
                at = Math.Max(at, found.Offset);
                found = reader.Next(found.Offset + 1);
                continue;
            }
            found = null;
        }
        Fill(at, stretch.End, tiles);
    }

    private void Fill(int from, int to, ImmutableArray<Finding>.Builder tiles)
    {
        int before = tiles.Count;
        Gaps.Fill(image.Span, from, to, Math.Max(0, MostFindings - _findings), tiles);
        _findings += tiles.Count - before;
    }

    private ImmutableArray<Finding> Inside(Finding container, in Stretch around)
    {
        if (container.Parts.IsDefaultOrEmpty || around.Depth >= budget.MostNested)
            return [];
        ImmutableArray<Finding>.Builder tiles = ImmutableArray.CreateBuilder<Finding>();
        int done = container.Offset;
        foreach (Part part in container.Parts.Sort(static (a, b) => a.Offset.CompareTo(b.Offset)))
        {
            long end = (long)part.Offset + part.Length;
            if (part.Length <= 0 || part.Offset < done || end > container.End)
                continue;
            string? except = part.Offset == container.Offset ? container.Format : null;
            TileStretch(new Stretch(part.Offset, (int)end, around.Depth + 1, part.Proven, except), tiles);
            done = (int)end;
        }
        return tiles.DrainToImmutable();
    }

    /// <summary>
    /// Puts the volumes together, one after the other, and tiles them. Only in the image itself, not in what was put together; all of them
    /// have at the most twice the bytes of the image, whatever holes they have.
    /// </summary>
    private ImmutableArray<Volume> Volumes(Finding container, in Stretch around)
    {
        if (container.Volumes.IsDefaultOrEmpty || nested || around.Depth >= budget.MostNested)
            return container.Volumes;
        ImmutableArray<Volume>.Builder volumes = ImmutableArray.CreateBuilder<Volume>(container.Volumes.Length);
        foreach (Volume volume in container.Volumes)
        {
            if (volume.Length > ReadBudget.LargestVolume || volume.Length + _assembled > 2L * image.Length || _findings >= MostFindings)
            {
                volumes.Add(volume);
                continue;
            }
            _assembled += volume.Length;
            ImmutableArray<Finding> tiles = TileVolume(volume, volume.Written, around);
            // Nothing but a hole follows. What misses something there is shown all of it, so that it can say what is missing.
            if (volume.Written < volume.Length && tiles.Any(static tile => tile.Verdict == Verdict.Bad))
                tiles = TileVolume(volume, volume.Length, around);
            volumes.Add(volume with { Inside = [.. tiles.Select(tile => WithHoles(volume, tile))] });
        }
        return volumes.DrainToImmutable();
    }

    /// <summary>Puts so much of the volume together; the rest is erased flash.</summary>
    private ImmutableArray<Finding> TileVolume(Volume volume, int length, in Stretch around)
    {
        using IMemoryOwner<byte> pages = volume.Assemble(image.Span, length);
        Memory<byte> content = pages.Memory[..length];
        Tiler inner = new(content, index, budget, nested: true) { _findings = _findings };
        ImmutableArray<Finding>.Builder tiles = ImmutableArray.CreateBuilder<Finding>();
        if (length > 0)
            inner.TileStretch(new Stretch(0, length, around.Depth + 1, volume.Proven, Except: null), tiles);
        _findings = inner._findings;
        if (length < volume.Length)
        {
            int erased = length;
            if (tiles.Count > 0 && tiles[^1] is { Format: ImageScan.Padding } last && content.Span[last.Offset] == 0xFF)
            {
                erased = last.Offset;
                tiles.RemoveAt(tiles.Count - 1);
            }
            tiles.Add(Gaps.Padding(0xFF, erased, volume.Length - erased));
        }
        return tiles.DrainToImmutable();
    }

    /// <summary>Erased blocks of a volume are not kept on the flash, and UBIFS knows that; anything else that reaches over a hole has lost something.</summary>
    private static Finding WithHoles(Volume volume, Finding tile)
    {
        if (tile.Format is ImageScan.Padding or ImageScan.Unknown or "ubifs" or "jffs2" || volume.Hole(tile.Offset, tile.End) is not (int at, int length))
            return tile;
        return tile.With(new Flaw(FlawCode.MissingBlock, $"{length:N0} bytes of volume {volume.Name} from 0x{at:x} on are on none of its blocks", at));
    }

    private static List<Candidate> OwnPlaces(ReadOnlySpan<byte> image, ImmutableArray<IFirmwareFormat> formats)
    {
        const int Most = 1 << 16;
        List<Candidate> all = [];
        List<int> places = [];
        for (int format = 0; format < formats.Length; format++)
        {
            if (formats[format] is not IScansItself own)
                continue;
            places.Clear();
            own.Candidates(image, places);
            foreach (int place in places)
            {
                if (place >= 0 && place < image.Length && all.Count < Most)
                    all.Add(new Candidate(place, format));
            }
        }
        all.Sort();
        return all;
    }
}
