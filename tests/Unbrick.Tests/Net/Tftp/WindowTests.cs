using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>RFC 7440: several blocks for one ACK.</summary>
public sealed class WindowTests
{
    [Fact]
    public void A_window_leaves_at_once_and_the_next_one_when_it_was_acknowledged()
    {
        TftpBench bench = At(4);
        Assert.Equal("DATA 5, DATA 6, DATA 7, DATA 8", bench.Hear("ACK 4"));
    }

    [Fact]
    public void The_last_window_is_as_long_as_what_is_left()
    {
        TftpBench bench = At(4, blocks: 6);
        Assert.Equal("DATA 5, DATA 6, DATA 7 (0)", bench.Hear("ACK 4"));
        Assert.Equal("silence", bench.Hear("ACK 7"));
        Assert.Equal(TransferOutcome.Complete, bench.Outcome);
    }

    [Fact]
    public void An_ACK_inside_the_window_moves_it_there()
    {
        TftpBench bench = At(4);
        Assert.Equal("DATA 3, DATA 4, DATA 5, DATA 6", bench.Hear("ACK 2"));
        Assert.Equal("DATA 7, DATA 8, DATA 9, DATA 10", bench.Hear("ACK 6"));
    }

    [Fact]
    public void A_gap_is_gone_back_to_once_however_often_it_is_named()
    {
        TftpBench bench = At(4);
        Assert.Equal("DATA 3, DATA 4, DATA 5, DATA 6", bench.Hear("ACK 2"));
        Assert.Equal("silence", bench.Hear("ACK 2"));
        Assert.Equal("silence", bench.Hear("ACK 2"));
        Assert.Equal("silence", bench.Pass(20));
    }

    /// <summary>The ACK that names a gap at the first block of a window looks like a copy of the ACK that asked for the window.</summary>
    [Fact]
    public void A_gap_at_the_first_block_is_gone_back_to_once_when_no_better_answer_comes()
    {
        TftpBench bench = At(4);
        bench.Hear("ACK 4");
        Assert.Equal("silence", bench.Hear("ACK 4"));
        Assert.Equal("4: DATA 5, DATA 6, DATA 7, DATA 8", bench.Pass(20));
        Assert.Equal("silence", bench.Hear("ACK 4"));
        Assert.Equal("silence", bench.Pass(8));
    }

    [Fact]
    public void A_mere_copy_of_an_ACK_causes_no_block()
    {
        TftpBench bench = At(4);
        for (int block = 4; block <= 60; block += 4)
        {
            Assert.NotEqual("silence", bench.Hear($"ACK {block}"));
            Assert.Equal("silence", bench.Hear($"ACK {block}"));
            bench.Pass(1);
        }
        Assert.Equal(0, bench.Report().Resent);
    }

    [Theory]
    [InlineData("ACK 9")] // never sent
    [InlineData("ACK 3000")]
    [InlineData("ACK 65535")]
    [InlineData("ACK 1")] // two windows ago
    public void An_ACK_from_outside_the_window_changes_nothing(string ack)
    {
        TftpBench bench = At(4);
        bench.Hear("ACK 4");
        Assert.Equal("silence", bench.Hear(ack));
        Assert.Equal("silence", bench.Pass(20));
        Assert.Equal("DATA 9, DATA 10, DATA 11, DATA 12", bench.Hear("ACK 8"));
    }

    /// <summary>
    /// A block that came twice (2) makes the client say where it is; the server goes back, so 3 and 4 come twice, and for the same reason
    /// the client says 4. That is no gap, and the next window is on its way when the client says that it has all.
    /// </summary>
    [Fact]
    public void The_answer_to_a_repeat_is_no_gap()
    {
        TftpBench bench = At(4);
        bench.Pass(1);
        Assert.Equal("DATA 3, DATA 4, DATA 5, DATA 6", bench.Hear("ACK 2"));
        bench.Pass(1);
        Assert.Equal("DATA 7, DATA 8", bench.Hear("ACK 4"));
        bench.Pass(1);
        Assert.Equal("DATA 9, DATA 10, DATA 11, DATA 12", bench.Hear("ACK 8"));
        Assert.Equal(2, bench.Report().Resent);
    }

    [Fact]
    public void When_nothing_better_comes_after_a_doubtful_answer_the_server_goes_back()
    {
        TftpBench bench = At(4);
        bench.Pass(1);
        bench.Hear("ACK 2");
        bench.Pass(1);
        bench.Hear("ACK 4");
        Assert.Equal("4: DATA 5, DATA 6, DATA 7, DATA 8", bench.Pass(10));
    }

    [Fact]
    public void A_large_window_starts_with_eight_blocks_and_doubles_what_leaves_at_once_while_nothing_is_lost()
    {
        TftpBench bench = new(1000 * 512);
        bench.Ask("RRQ f octet windowsize 64");
        Assert.Equal(8, Count(bench.Hear("ACK 0")));
        Assert.Equal([8, 8, 8, 8, 8, 8, 8], Bursts(bench.Pass(20)));
        Assert.Equal(16, Count(bench.Hear("ACK 64")));
        Assert.Equal([16, 16, 16], Bursts(bench.Pass(20)));
        Assert.Equal(32, Count(bench.Hear("ACK 128")));
        Assert.Equal([32], Bursts(bench.Pass(20)));
        Assert.Equal(64, Count(bench.Hear("ACK 192")));
    }

    [Fact]
    public void A_gap_halves_what_leaves_at_once_down_to_four()
    {
        TftpBench bench = new(1000 * 512);
        bench.Ask("RRQ f octet windowsize 64");
        bench.Hear("ACK 0");
        bench.Pass(20);
        Assert.Equal(4, Count(bench.Hear("ACK 30")));
        bench.Pass(25);
        Assert.Equal(4, Count(bench.Hear("ACK 60")));
        bench.Pass(25);
        Assert.Equal(4, Count(bench.Hear("ACK 124"))); // the end of the window that had the gap: no growth yet
        bench.Pass(25);
        Assert.Equal(8, Count(bench.Hear("ACK 188")));
    }

    [Fact]
    public void A_silent_client_gets_the_window_again_and_from_the_third_time_on_up_to_four()
    {
        TftpBench bench = At(4);
        bench.Pass(31);
        bench.Hear("ACK 4");
        int[] bursts = Blocks(bench, 10_000);
        Assert.Equal([4, 4, 8, 12, 16, 16], bursts[..6]);
        Assert.All(bursts, blocks => Assert.InRange(blocks, 4, 16));
    }

    /// <summary>A client that took part and fell silent may get four windows a second, and not more.</summary>
    [Fact]
    public void A_client_that_went_away_is_not_flooded()
    {
        TftpBench bench = new(2000 * 512);
        bench.Ask("RRQ f octet windowsize 64");
        bench.Take(0, 0);
        bench.Hear("ACK 64");
        int before = bench.Packets;
        bench.Pass(80_000);
        Assert.Equal(TransferOutcome.Silent, bench.Outcome);
        Assert.InRange(bench.Packets - before, 64 * 75, 4 * 64 * 85);
    }

    [Fact]
    public void An_ACK_of_a_block_beyond_the_window_counts_after_blocks_were_sent_there()
    {
        TftpBench bench = At(4);
        bench.Pass(600);
        Assert.Equal("DATA 10, DATA 11, DATA 12, DATA 13", bench.Hear("ACK 9"));
    }

    [Fact]
    public void The_numbers_go_round_in_the_middle_of_a_window()
    {
        TftpBench bench = new(65_600 * 8);
        bench.Ask("RRQ f octet blksize 8 windowsize 16");
        bench.Hear("ACK 0");
        bench.Pass(2);
        for (int block = 16; block < 65_536; block += 16)
        {
            bench.Hear($"ACK {block & 0xffff}");
            bench.Pass(1);
        }
        Assert.Equal(Enumerable.Range(1, 16).Select(i => $"DATA {i}"), bench.Hear("ACK 0").Split(", "));
        Assert.Equal(Enumerable.Range(6, 16).Select(i => $"DATA {i}"), bench.Hear("ACK 5").Split(", ").Concat(
            Sent(bench.Pass(5)).SelectMany(burst => burst)));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0, 10)]
    [InlineData((int)RfcClientHabits.AcksTwice, 0.5)]
    [InlineData((int)RfcClientHabits.AcksTwice, 10)] // long enough for two windows under way
    public void Over_a_good_line_every_block_goes_out_once(int habits, double delay)
    {
        foreach (int window in (int[])[2, 7, 16, 64])
            Assert.Equal(2001, Line(window, (RfcClientHabits)habits, new TftpLineFaults(0, 0, Delay: delay)).Sent);
    }

    /// <summary>
    /// What a lost block costs is about the rest of its window. A block that comes twice makes the client name the place it is at; if the
    /// server went back for that each time, all that follows would go out twice.
    /// </summary>
    [Theory]
    [InlineData(4, 0, 0.5, 1.2)]
    [InlineData(4, 0.01, 0.5, 1.3)]
    [InlineData(16, 0.01, 0.5, 1.4)]
    [InlineData(64, 0.01, 0.5, 1.5)]
    [InlineData(16, 0.05, 0.5, 1.6)]
    [InlineData(4, 0.01, 5, 1.7)]
    public void Over_a_bad_line_there_is_no_storm(int window, double loss, double delay, double most)
    {
        int sent = 0;
        for (int seed = 1; seed <= 10; seed++)
        {
            TftpLine line = Line(window, (RfcClientHabits)(seed % 2), new TftpLineFaults(loss, loss, 0.02, 0.02, delay), seed);
            Assert.Equal(TransferOutcome.Complete, line.Ended?.Outcome);
            sent += line.Sent;
        }
        Assert.InRange(sent / 20_010.0, 1.0, most);
    }

    private static TftpLine Line(int window, RfcClientHabits habits, TftpLineFaults faults, int seed = 1) =>
        new TftpLine(new RfcClient(512, window, habits), OneFileCatalog.Content(2000 * 512), faults, seed).Run(TimeSpan.FromMinutes(10));

    /// <summary>A window of four blocks of which the last is <paramref name="last"/>.</summary>
    private static TftpBench At(int last, int blocks = 100)
    {
        TftpBench bench = new(blocks * 512);
        bench.Ask("RRQ f octet windowsize 4");
        Assert.Equal(string.Join(", ", Enumerable.Range(last - 3, 4).Select(i => $"DATA {i}")), bench.Hear("ACK 0"));
        return bench;
    }

    private static int Count(string sent) => sent.Split("DATA").Length - 1;

    /// <summary>What was sent at each moment, of the text that <see cref="TftpBench.Pass"/> gives.</summary>
    private static string[][] Sent(string passed) => passed == "silence"
        ? []
        : [.. System.Text.RegularExpressions.Regex.Split(passed, @"(?:, )?[0-9]+: ").Skip(1).Select(burst => burst.Split(", "))];

    private static int[] Bursts(string passed) => [.. Sent(passed).Select(burst => burst.Length)];

    /// <summary>Blocks sent for each time-out: bursts that are 1 ms apart belong together.</summary>
    private static int[] Blocks(TftpBench bench, int milliseconds)
    {
        List<int> sums = [];
        bool open = false;
        for (int i = 0; i < milliseconds; i++)
        {
            int sent = Count(bench.Pass(1));
            if (sent > 0 && open)
                sums[^1] += sent;
            else if (sent > 0)
                sums.Add(sent);
            open = sent > 0;
        }
        return [.. sums];
    }
}
