using System.Text;
using Unbrick.Recovery.BootLogs;
using Unbrick.Tests.Net.Tftp;

namespace Unbrick.Tests.Recovery.BootLogs;

/// <summary>What is in memory is counted for the whole process, so nothing else may run beside it.</summary>
[Collection(nameof(Alone))]
public sealed class BootReaderMemoryTests
{
    [Fact]
    public void Endless_garbage_and_endless_lines_take_no_memory()
    {
        BootReader reader = new();
        byte[] garbage = new byte[1 << 16];
        new Random(7).NextBytes(garbage);
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("U-Boot 1.1.3\nSQUASHFS error: xz decompression failed\nBad Data CRC\n", 300)));
        for (int i = 0; i < 16; i++)
        {
            reader.Take(garbage, TimeSpan.Zero);
            reader.Take(lines, TimeSpan.Zero);
        }
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 32; i++)
        {
            reader.Take(garbage, TimeSpan.Zero);
            reader.Take(lines, TimeSpan.Zero);
        }
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4L << 20);
        Assert.NotEqual("ok-normal-boot", reader.Judge(TimeSpan.Zero).Cause);
    }
}
