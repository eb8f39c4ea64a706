using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>
/// What is sent when an answer stays out, packet by packet and to the millisecond of virtual time. 400 ms is the wait before the first
/// round trip is measured, 30 ms the shortest after that.
/// </summary>
public sealed class HealingTests
{
    private const int Blocks = 40;

    /// <summary>Port of a boot loader: may be a legacy one until it is known.</summary>
    private const int Loader = 1500;

    [Fact]
    public void Before_a_round_trip_is_known_the_wait_is_400_ms_then_half_as_much_again_up_to_1_s()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        Assert.Equal("400: DATA 1, 1000: DATA 1, 1900: DATA 1, 2900: DATA 1, DATA 2, 3900: DATA 1, DATA 2", bench.Pass(4000));
    }

    [Fact]
    public void After_quick_answers_the_wait_is_30_ms_then_half_as_much_again()
    {
        TftpBench bench = At(1);
        Assert.Equal("30: DATA 1, 75: DATA 1, 142: DATA 1", bench.Pass(144));
    }

    [Fact]
    public void No_wait_is_longer_than_1_s_whatever_timeout_the_client_asked_for()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet timeout 255");
        bench.Take(0, 0);
        bench.Pass(10_000);
        Assert.Matches("^[0-9]+: DATA 1, DATA 2, [0-9]+: DATA 1, DATA 2$", bench.Pass(2000));
    }

    [Fact]
    public void A_slow_device_is_given_its_round_trip_and_its_spread()
    {
        TftpBench bench = new(Blocks * 512);
        bench.Ask("RRQ f octet");
        for (int block = 1; block <= 30; block++)
        {
            bench.Pass(100);
            bench.Hear($"ACK {block}");
        }
        Assert.Equal(31, bench.Packets); // 100 ms are below the first guess, and no repeat was needed later either
        Assert.Equal("100: DATA 29, DATA 31", bench.Pass(100.5));
    }

    [Fact]
    public void A_device_slower_than_the_first_guess_is_not_sent_everything_twice_for_ever()
    {
        TftpBench bench = new(Blocks * 512);
        bench.Ask("RRQ f octet");
        for (int block = 1; block <= 30; block++)
        {
            bench.Pass(500);
            bench.Hear($"ACK {block}");
        }
        Assert.InRange(bench.Report().Resent, 1, 4);
    }

    [Fact]
    public void Without_healing_the_same_block_goes_out_again_after_the_clients_own_timeout()
    {
        TftpBench bench = new(Blocks * 512, new TftpServerOptions { Heal = false });
        bench.Ask("RRQ f octet timeout 3");
        bench.Take(0, 4);
        Assert.Equal("3000: DATA 5, 6000: DATA 5", bench.Pass(6500));
    }

    [Fact]
    public void To_an_unknown_client_the_block_before_the_last_goes_with_it()
    {
        TftpBench bench = At(10);
        Assert.Equal("30: DATA 8, DATA 10, 75: DATA 8, DATA 10", bench.Pass(80));
    }

    [Theory]
    [InlineData(1, "30: DATA 1")]
    [InlineData(2, "30: DATA 1, DATA 2")]
    [InlineData(3, "30: DATA 1, DATA 3")]
    public void At_the_first_blocks_what_there_is_must_do(int block, string sent) => Assert.Equal(sent, At(block).Pass(31));

    [Fact]
    public void To_a_legacy_loader_the_block_before_goes_with_it()
    {
        TftpBench bench = Legacy(10);
        Assert.Equal("30: DATA 9, DATA 10, 75: DATA 9, DATA 10, 142: DATA 9, DATA 10", bench.Pass(144));
    }

    [Fact]
    public void One_answer_to_the_block_before_the_last_proves_a_legacy_loader()
    {
        TftpBench bench = At(10);
        bench.Pass(31);
        Assert.Equal("silence", bench.Hear("ACK 8"));
        Assert.Equal(LoaderKind.UBootLegacy, bench.Report().Loader);
    }

    [Fact]
    public void A_strict_loader_is_proved_by_two_answers_and_not_by_one()
    {
        TftpBench bench = At(10);
        bench.Pass(31);
        bench.Hear("ACK 9");
        bench.Hear("ACK 9"); // the same answer twice is one
        Assert.Equal(LoaderKind.Unknown, bench.Report().Loader);
        bench.Hear("ACK 10");
        UntilSent(bench, "DATA 9, DATA 11");
        bench.Hear("ACK 10");
        Assert.Equal(LoaderKind.UBootStrict, bench.Report().Loader);
    }

    [Fact]
    public void Answers_that_come_late_prove_nothing()
    {
        TftpBench bench = At(10);
        bench.Pass(56); // 30 ms, and 25 ms in which an answer is believed to be one
        Assert.Equal("silence", bench.Hear("ACK 8"));
        Assert.Equal("silence", bench.Hear("ACK 9"));
        Assert.Equal(LoaderKind.Unknown, bench.Report().Loader);
    }

    [Fact]
    public void A_legacy_answer_outweighs_all_that_looked_strict()
    {
        TftpBench bench = Strict(10);
        bench.Take(10, 10);
        Assert.Equal(LoaderKind.UBootStrict, bench.Report().Loader);
        TftpBench other = At(10);
        other.Pass(31);
        other.Hear("ACK 9");
        other.Hear("ACK 8");
        other.Hear("ACK 10");
        other.Pass(31);
        other.Hear("ACK 10");
        Assert.Equal(LoaderKind.UBootLegacy, other.Report().Loader);
    }

    [Fact]
    public void A_strict_loader_gets_one_more_block_with_every_time_out()
    {
        TftpBench bench = Strict(10);
        string sent = bench.Pass(600);
        Assert.Contains(": DATA 9, DATA 10, ", sent, StringComparison.Ordinal);
        Assert.Contains(": DATA 10, DATA 11, ", sent, StringComparison.Ordinal);
        Assert.Contains(": DATA 10, DATA 11, DATA 12, ", sent, StringComparison.Ordinal);
        Assert.Contains(": DATA 10, DATA 11, DATA 12, DATA 13", sent, StringComparison.Ordinal);
        Assert.Equal("DATA 13", bench.Hear("ACK 12"));
    }

    [Fact]
    public void A_strict_loader_gets_at_most_eight_blocks_and_none_that_is_not_there()
    {
        TftpBench bench = Strict(10);
        bench.Pass(20_000);
        string eight = ": " + string.Join(", ", Enumerable.Range(10, 8).Select(block => $"DATA {block}"));
        Assert.EndsWith(eight, bench.Pass(1000), StringComparison.Ordinal);
        TftpBench end = Strict(Blocks - 1);
        end.Pass(20_000);
        Assert.EndsWith($": DATA {Blocks - 1}, DATA {Blocks}, DATA {Blocks + 1} (0)", end.Pass(1000), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_of_unknown_kind_gets_one_block_ahead_from_the_fourth_time_out_on_and_never_the_last()
    {
        TftpBench bench = At(10);
        string sent = bench.Pass(400);
        Assert.StartsWith("30: DATA 8, DATA 10, 75: DATA 8, DATA 10, 142: DATA 8, DATA 10, 244: ", sent, StringComparison.Ordinal);
        Assert.EndsWith("244: DATA 8, DATA 10, DATA 11, 396: DATA 8, DATA 10, DATA 11", sent, StringComparison.Ordinal);
        TftpBench end = At(Blocks);
        Assert.DoesNotContain($"DATA {Blocks + 1}", end.Pass(7000), StringComparison.Ordinal);
    }

    [Fact]
    public void Three_answers_to_blocks_ahead_and_none_to_the_one_before_prove_a_strict_loader()
    {
        TftpBench bench = At(10, 50_000);
        bench.Pass(300);
        Assert.Equal("DATA 10", bench.Hear("ACK 11"));
        Assert.Equal("DATA 10", bench.Hear("ACK 11"));
        Assert.Equal("DATA 12", bench.Hear("ACK 11"));
        Assert.Equal(LoaderKind.UBootStrict, bench.Report().Loader);
    }

    [Fact]
    public void A_block_that_was_stored_ahead_of_its_turn_is_not_sent_again()
    {
        TftpBench bench = At(10);
        bench.Pass(300);
        Assert.Equal("DATA 10", bench.Hear("ACK 11"));
        Assert.Equal("DATA 12", bench.Hear("ACK 10"));
        Assert.Equal(11, bench.Report().Block);
    }

    /// <summary>Block 12 is believed to be there only because its own ACK said so, and not because 11 was ahead once.</summary>
    [Fact]
    public void What_was_said_of_one_block_ahead_is_not_believed_of_another()
    {
        TftpBench bench = At(10);
        bench.Pass(300);
        bench.Hear("ACK 11");
        bench.Pass(300);
        Assert.Equal("DATA 10", bench.Hear("ACK 12"));
        Assert.Contains("DATA 13", bench.Pass(1000), StringComparison.Ordinal);
        Assert.Equal("DATA 13", bench.Hear("ACK 12"));
        Assert.Equal(12, bench.Report().Block);
    }

    /// <summary>Silent n times, then block by block, so that the block with the given number waits for its answer.</summary>
    private static TftpBench At(int block, int port = Loader)
    {
        TftpBench bench = new(Blocks * 512);
        bench.Ask(port == Loader ? "RRQ f octet timeout 5" : "RRQ f octet tsize 0");
        bench.Take(0, block - 1);
        return bench;
    }

    private static TftpBench Legacy(int block)
    {
        TftpBench bench = At(block - 2);
        bench.Pass(31);
        bench.Hear($"ACK {block - 4}");
        bench.Hear($"ACK {block - 2}");
        bench.Take(block - 1, block - 1);
        Assert.Equal(LoaderKind.UBootLegacy, bench.Report().Loader);
        return bench;
    }

    private static TftpBench Strict(int block)
    {
        TftpBench bench = At(block - 3);
        for (int probed = block - 3; probed <= block - 2; probed++)
        {
            UntilSent(bench, $"DATA {probed - 2}, DATA {probed}");
            bench.Hear($"ACK {probed - 1}");
            bench.Hear($"ACK {probed}");
        }
        bench.Take(block - 1, block - 1);
        Assert.Equal(LoaderKind.UBootStrict, bench.Report().Loader);
        return bench;
    }

    private static void UntilSent(TftpBench bench, string packets)
    {
        int waited = 0;
        while (!bench.Pass(1).Contains(packets, StringComparison.Ordinal))
            Assert.InRange(++waited, 0, 2000);
    }
}
