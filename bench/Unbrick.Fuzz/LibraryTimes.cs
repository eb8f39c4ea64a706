using System.Diagnostics;
using System.Globalization;
using Unbrick.Recovery.Devices;

namespace Unbrick.Fuzz;

/// <summary>How long the device library takes until it is there, and one device of it until it is whole, in a process that has done nothing else.</summary>
internal static class LibraryTimes
{
    public static void Print()
    {
        long began = Stopwatch.GetTimestamp();
        DeviceLibrary library = new();
        int devices = library.Count;
        double there = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        bool found = library.Get("tplink_archer-c7-v2") is not null;
        double whole = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"devices\":{devices},\"load_ms\":{there:0.0},\"profile\":{(found ? "true" : "false")},\"profile_ms\":{whole:0.0}}}"));
    }
}
