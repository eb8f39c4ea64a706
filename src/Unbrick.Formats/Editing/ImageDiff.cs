using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Core.Text;

namespace Unbrick.Formats.Editing;

/// <summary>Compares two images by region, then by what the bytes mean, then by bytes.</summary>
public static class ImageDiff
{
    private const int MostRuns = 16;
    private const int MostMeanings = 32;

    /// <summary>Differences closer than this are one run.</summary>
    private const int Near = 16;

    /// <summary>The regions that differ, in order. Nothing when the images are equal.</summary>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    /// <param name="layout">Regions of both.</param>
    /// <param name="inA">What was found in the first.</param>
    /// <param name="inB">What was found in the second.</param>
    public static ImmutableArray<RegionDiff> Compare(
        ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Layout layout, ImmutableArray<Finding> inA, ImmutableArray<Finding> inB)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ImmutableArray<RegionDiff>.Builder differing = ImmutableArray.CreateBuilder<RegionDiff>();
        long longest = Math.Max(a.Length, b.Length);
        IEnumerable<Region> regions = layout.Size < longest
            ? layout.Regions.Append(new Region("behind", layout.Size, longest - layout.Size, RegionKind.Unknown, Writable: false))
            : layout.Regions;
        foreach (Region region in regions)
        {
            ReadOnlySpan<byte> left = Cut(a, region), right = Cut(b, region);
            int common = Math.Min(left.Length, right.Length);
            long tail = Math.Max(left.Length, right.Length) - common;
            if (tail == 0 && left.SequenceEqual(right))
                continue;
            List<DiffRun> runs = Runs(left[..common], right[..common], region.Offset, out long bytes, out bool more);
            if (tail > 0 && !more)
                runs.Add(new DiffRun(region.Offset + common, tail));
            differing.Add(new RegionDiff(region, bytes + tail, [.. runs], Meaning(region, inA, inB)) { More = more });
        }
        return differing.DrainToImmutable();
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> image, Region region)
    {
        long start = Math.Min(region.Offset, image.Length);
        return image[(int)start..(int)Math.Min(region.End, image.Length)];
    }

    private static List<DiffRun> Runs(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, long origin, out long bytes, out bool more)
    {
        List<DiffRun> runs = [];
        (bytes, more) = (0, false);
        int at = 0;
        while (true)
        {
            at += a[at..].CommonPrefixLength(b[at..]);
            if (at >= a.Length)
                return runs;
            int start = at, end = at + 1;
            for (int i = at; i < a.Length && i < end + Near; i++)
            {
                if (a[i] == b[i])
                    continue;
                bytes++;
                end = i + 1;
            }
            if (runs.Count < MostRuns)
                runs.Add(new DiffRun(origin + start, end - start));
            else
                more = true;
            at = end;
        }
    }

    private static ImmutableArray<string> Meaning(Region region, ImmutableArray<Finding> inA, ImmutableArray<Finding> inB)
    {
        List<string> said = [];
        Finding[] left = [.. Within(region, inA)], right = [.. Within(region, inB)];
        foreach (Finding finding in left)
        {
            if (right.FirstOrDefault(f => f.Format == finding.Format && f.Offset == finding.Offset) is { } same)
                AddFacts(said, finding, same);
            else
                said.Add($"{finding.Format} at 0x{finding.Offset:x6} is in the first only");
        }
        foreach (Finding finding in right.Where(f => !left.Any(l => l.Format == f.Format && l.Offset == f.Offset)))
            said.Add($"{finding.Format} at 0x{finding.Offset:x6} is in the second only");
        return said.Count <= MostMeanings ? [.. said] : [.. said.Take(MostMeanings), $"and {said.Count - MostMeanings} more"];
    }

    private static IEnumerable<Finding> Within(Region region, ImmutableArray<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            if (finding.Offset >= region.Offset && finding.Offset < region.End && finding.Format is not (ImageScan.Padding or ImageScan.Unknown))
                yield return finding;
            foreach (Finding inner in Within(region, finding.Inside))
                yield return inner;
        }
    }

    private static void AddFacts(List<string> said, Finding a, Finding b)
    {
        if (a.Verdict != b.Verdict)
            said.Add($"{a.Format} at 0x{a.Offset:x6} is {Word(a)} in the first, {Word(b)} in the second");
        foreach (string name in a.Facts.Concat(b.Facts).Select(f => f.Name).Distinct())
        {
            if (a[name] is ImmutableSortedDictionary<string, string> before && b[name] is ImmutableSortedDictionary<string, string> after)
            {
                // A value at a position may only not have been recognised beside a changed neighbour; the bytes tell.
                foreach (string key in before.Keys.Union(after.Keys).Where(k => !IsPosition(k) || (before.ContainsKey(k) && after.ContainsKey(k))))
                    AddChange(said, $"{a.Format} {key}", before.GetValueOrDefault(key), after.GetValueOrDefault(key));
            }
            else if (a[name] is not ImmutableArray<string>)
            {
                AddChange(said, $"{a.Format} {name}", Text(a[name]), Text(b[name]));
            }
        }
    }

    private static bool IsPosition(string key) => key.StartsWith("0x", StringComparison.Ordinal);

    private static void AddChange(List<string> said, string what, string? before, string? after)
    {
        string change = $"{what}: {before ?? "not set"} -> {after ?? "not set"}";
        // Some variables of an environment are facts of their own, too.
        if (before != after && !said.Contains(change))
            said.Add(change);
    }

    private static string Word(Finding finding) => finding.Verdict switch { Verdict.Ok => "whole", Verdict.Bad => "damaged", _ => "unchecked" };

    private static string? Text(object? value) => value is null ? null : SafeText.Show(Convert.ToString(value, CultureInfo.InvariantCulture));
}
