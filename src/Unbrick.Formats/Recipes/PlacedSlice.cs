using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>A slice with its numbers: all places known, inside its input, in order and without overlap.</summary>
internal sealed record PlacedSlice(long At, long Length, string? From, long Source, byte Fill, RegionKind Kind, string? What)
{
    public long End => At + Length;

    /// <summary>What lies between two slices is filled with erased flash, and listed like the others.</summary>
    private const byte Erased = 0xFF;

    public static List<PlacedSlice> Resolve(
        RecipeWay way, Dictionary<string, FlashView> views, Layout? map, ImmutableHashSet<RegionKind> overwrite, Recipe recipe)
    {
        List<PlacedSlice> placed = [];
        foreach (RecipeSlice slice in way.Slices.SelectMany(slice => OfMap(slice, map)))
        {
            string? from = slice.Or is not null && overwrite.Contains(slice.Kind) ? slice.Or : slice.From;
            if (from is null)
            {
                placed.Add(new PlacedSlice(slice.At, slice.Length, null, 0, (byte)(slice.Fill ?? Erased), slice.Kind, slice.What));
                continue;
            }
            if (!views.TryGetValue(from, out FlashView view))
                throw new RecipeFaultException($"there is no input \"{SafeText.Show(from)}\"");
            long source = slice.Offset ?? slice.At;
            long there = view.Slice(source, slice.Length > 0 ? slice.Length : long.MaxValue).Length;
            long wanted = slice.Length > 0 ? slice.Length : there;
            if (there < wanted && slice.Fill is null)
            {
                string title = recipe.Inputs.First(i => i.Name == from).Title;
                throw new RecipeFaultException(
                    $"{title} ends too early: {ByteText.Offset(wanted)} are to be taken from 0x{source:x6} of the flash, "
                    + $"{ByteText.Exact(there)} are there");
            }
            if (there > 0)
                placed.Add(new PlacedSlice(slice.At, there, from, source, 0, slice.Kind, slice.What));
            if (there < wanted)
                placed.Add(new PlacedSlice(slice.At + there, wanted - there, null, 0, (byte)slice.Fill!.Value, RegionKind.Padding, "erased"));
        }
        return InOrder(placed);
    }

    private static IEnumerable<RecipeSlice> OfMap(RecipeSlice slice, Layout? map)
    {
        if (slice.Kinds.IsEmpty)
            return [slice];
        if (map is null)
            throw new RecipeFaultException("which regions are meant is not known without a device's map");
        return map.Regions.Where(r => slice.Kinds.Contains(r.Kind))
            .Select(r => slice with { At = r.Offset, Length = r.Length, Kind = r.Kind, What = slice.What ?? r.Name, Kinds = [] });
    }

    private static List<PlacedSlice> InOrder(List<PlacedSlice> slices)
    {
        List<PlacedSlice> all = [];
        long at = 0;
        foreach (PlacedSlice slice in slices.OrderBy(s => s.At))
        {
            if (slice.At < at || slice.Length < 0)
                throw new RecipeFaultException($"two slices overlap at 0x{slice.At:x6}");
            if (slice.At > at)
                all.Add(new PlacedSlice(at, slice.At - at, null, 0, Erased, RegionKind.Padding, "erased"));
            if (slice.Length > 0)
                all.Add(slice);
            at = slice.End;
        }
        return all;
    }
}
