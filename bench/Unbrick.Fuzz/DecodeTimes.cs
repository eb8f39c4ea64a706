using System.Globalization;
using System.Security.Cryptography;
using Unbrick.Formats;
using Unbrick.Formats.Compression;

namespace Unbrick.Fuzz;

/// <summary>How much processor time the decoder of a compressed stream takes in a process that is warm, and what comes out of it.</summary>
internal static class DecodeTimes
{
    public static void Print(string file, int times)
    {
        byte[] packed = File.ReadAllBytes(file);
        double[] milliseconds = new double[times];
        byte[]? plain = null;
        for (int i = -2; i < times; i++)
        {
            plain = null;
            GC.Collect();
            TimeSpan used = Environment.CpuUsage.TotalTime; // what others do on the machine does not count in it
            plain = new CompressedStream().Unpack(new FormatInput(packed, 0, packed.Length, new ReadBudget(int.MaxValue)) { AtStart = true }, int.MaxValue);
            if (i >= 0)
                milliseconds[i] = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds;
        }
        Array.Sort(milliseconds);
        string sha256 = plain is null ? "" : Convert.ToHexStringLower(SHA256.HashData(plain));
        string ok = plain is null ? "false" : "true";
        string cpu = string.Create(CultureInfo.InvariantCulture, $"\"cpu_ms\":{milliseconds[times / 2]:0.0}");
        Console.WriteLine($"{{\"packed\":{packed.Length},\"ok\":{ok},\"plain\":{plain?.Length ?? 0},\"sha256\":\"{sha256}\",{cpu}}}");
    }
}
