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
        double[] processor = new double[times]; // what others do on the machine does not count in it
        long allocated = 0;
        int tiles = 0;
        for (int i = -2; i < times; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), began = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            ImmutableArray<Finding> found = ImageScan.Tile(bytes);
            if (i >= 0)
            {
                milliseconds[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                processor[i] = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds;
            }
            (allocated, tiles) = (GC.GetAllocatedBytesForCurrentThread() - before, found.Length);
        }
        Array.Sort(milliseconds);
        Array.Sort(processor);
        string wall = string.Create(CultureInfo.InvariantCulture, $"\"median_ms\":{milliseconds[times / 2]:0.0},\"least_ms\":{milliseconds[0]:0.0}");
        string cpu = string.Create(CultureInfo.InvariantCulture, $"\"cpu_ms\":{processor[times / 2]:0.0}");
        Console.WriteLine($"{{\"file\":{bytes.Length},\"tiles\":{tiles},{wall},{cpu},\"allocated\":{allocated}}}");
    }
}
