using System.Collections.Immutable;
using System.Globalization;

namespace Unbrick.Formats.Scan;

/// <summary>What lies between findings: runs of one byte, and the unknown.</summary>
internal static class Gaps
{
    /// <summary>A run inside the unknown that is worth a line; shorter ones belong to the data around them.</summary>
    private const int LongRun = 4096;

    /// <summary>A run at the beginning or the end of a gap: what fills up to the next block.</summary>
    private const int RunAtEdge = 16;

    /// <summary>For the entropy of something large samples suffice.</summary>
    private const int SampleLength = 4096, MostSamples = 256;

    /// <summary>Adds tiles that cover <c>[from, to)</c>, at most <paramref name="most"/> and one.</summary>
    public static void Fill(ReadOnlySpan<byte> image, int from, int to, int most, ImmutableArray<Finding>.Builder tiles)
    {
        if (from >= to)
            return;
        int enough = tiles.Count + most;
        int unknown = from;
        for (int at = from; at < to && tiles.Count < enough;)
        {
            int run = RunLength(image[at..to]);
            bool edge = at == from || at + run == to;
            if (run >= LongRun || edge && run >= RunAtEdge || run == to - from)
            {
                AddUnknown(image, unknown, at, tiles);
                tiles.Add(Padding(image[at], at, run));
                unknown = at + run;
                at = unknown;
            }
            else
            {
                at = NextRun(image, at + run, to);
            }
        }
        AddUnknown(image, unknown, to, tiles);
    }

    /// <summary>A run of one byte.</summary>
    public static Finding Padding(byte fill, int at, int length) => new()
    {
        Offset = at,
        Length = length,
        Format = ImageScan.Padding,
        Verdict = Verdict.Unchecked,
        Facts = [Fact.Text("fill", $"0x{fill:x2}")],
    };

    /// <summary>Bits per byte, 0 to 8: text and code about 4 to 6.5, compressed or encrypted data nearly 8.</summary>
    public static double Entropy(ReadOnlySpan<byte> bytes)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        int total = 0;
        int stride = Math.Max(SampleLength, bytes.Length / MostSamples);
        for (int at = 0; at < bytes.Length; at += stride)
        {
            ReadOnlySpan<byte> sample = bytes.Slice(at, Math.Min(SampleLength, bytes.Length - at));
            foreach (byte b in sample)
                counts[b]++;
            total += sample.Length;
        }
        double entropy = 0;
        foreach (int count in counts)
        {
            if (count > 0)
                entropy -= (double)count / total * Math.Log2((double)count / total);
        }
        return Math.Max(0, entropy);
    }

    /// <summary>
    /// Where the next long run, or the run that ends the gap, may begin. A long run covers a place that is a multiple of half its length, so
    /// only there it is looked for.
    /// </summary>
    private static int NextRun(ReadOnlySpan<byte> image, int from, int to)
    {
        int tail = to - 1;
        byte last = image[tail];
        int differs = image[from..to].LastIndexOfAnyExcept(last);
        int edge = from + differs + 1;
        for (long probe = (from / (LongRun / 2) + 1L) * (LongRun / 2); probe + (LongRun / 2) <= edge; probe += LongRun / 2)
        {
            byte value = image[(int)probe];
            if (image.Slice((int)probe, LongRun / 2).IndexOfAnyExcept(value) >= 0)
                continue;
            int before = image[from..(int)probe].LastIndexOfAnyExcept(value);
            int begin = from + before + 1;
            if (RunLength(image[begin..to]) >= LongRun)
                return begin;
        }
        return to - edge >= RunAtEdge ? edge : to;
    }

    private static int RunLength(ReadOnlySpan<byte> bytes)
    {
        int differs = bytes.IndexOfAnyExcept(bytes[0]);
        return differs < 0 ? bytes.Length : differs;
    }

    private static void AddUnknown(ReadOnlySpan<byte> image, int from, int to, ImmutableArray<Finding>.Builder tiles)
    {
        if (from >= to)
            return;
        double entropy = Entropy(image[from..to]);
        tiles.Add(new Finding
        {
            Offset = from,
            Length = to - from,
            Format = ImageScan.Unknown,
            Verdict = Verdict.Unchecked,
            Confidence = Confidence.Guess,
            Facts = [Fact.Text("entropy", entropy.ToString("0.00", CultureInfo.InvariantCulture))],
        });
    }
}
