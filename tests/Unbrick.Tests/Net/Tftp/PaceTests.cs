using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>Blocks no faster than a line of so many bits, and what is told of answers that are only late.</summary>
public sealed class PaceTests
{
    /// <summary>512 bytes and 70 of headers are 4,656 bits: 4.656 ms at 1 Mbit/s.</summary>
    [Fact]
    public void The_next_block_waits_until_the_line_would_have_carried_the_one_before()
    {
        TftpBench bench = new(3000, new TftpServerOptions { Pace = 1_000_000 });
        Assert.Equal("DATA 1", bench.Ask("RRQ f octet"));

        Assert.Equal("silence", bench.Hear("ACK 1"));
        Assert.Equal("silence", bench.Hear("ACK 2")); // nobody can have a block that was not sent
        Assert.Equal("5: DATA 2", bench.Pass(10));
        Assert.Equal("DATA 3", bench.Hear("ACK 2")); // 10 ms later: due at once
    }

    [Fact]
    public void There_are_no_windows_then()
    {
        TftpBench bench = new(3000, new TftpServerOptions { Pace = 10_000_000 });

        Assert.Equal("OACK blksize 1024", bench.Ask("RRQ f octet blksize 1024 windowsize 16"));
    }

    [Fact]
    public void An_answer_that_comes_twice_was_late_and_not_lost()
    {
        TftpBench bench = new(60_000);
        bench.Ask("RRQ f octet timeout 5");
        bench.Take(0, 20); // block 21 waits
        bench.Pass(60); // sent again
        bench.Hear("ACK 21"); // the answer to the first one, late
        Assert.True(bench.Report().Loss.ToDevice + bench.Report().Loss.FromDevice > 0);

        bench.Hear("ACK 20"); // the answers to the repeat
        bench.Hear("ACK 21");

        Assert.Equal(new LossEstimate(0, 0), bench.Report().Loss);
        Assert.Empty(bench.Report().LossPlaces);
    }
}
