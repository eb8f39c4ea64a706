using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Unbrick.Formats;

namespace Unbrick.Fuzz;

/// <summary>How long the scan of a file takes in a process that is warm, and what it takes of memory beside the file.</summary>
internal static class ScanTimes
{
    public static void Print(string file, int times)
    {
        byte[] bytes = File.ReadAllBytes(file);
        double[] milliseconds = new double[times];
        long allocated = 0;
        int tiles = 0;
        for (int i = -2; i < times; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), began = Stopwatch.GetTimestamp();
            ImmutableArray<Finding> found = ImageScan.Tile(bytes);
            if (i >= 0)
                milliseconds[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            (allocated, tiles) = (GC.GetAllocatedBytesForCurrentThread() - before, found.Length);
        }
        Array.Sort(milliseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $$"""{"file":{{bytes.Length}},"tiles":{{tiles}},"median_ms":{{milliseconds[times / 2]:0.0}},"least_ms":{{milliseconds[0]:0.0}},"allocated":{{allocated}}}"""));
    }
}
