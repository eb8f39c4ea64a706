namespace Unbrick.Tests.Net.Tftp;

/// <summary>
/// Around block 65536, which is 0 on the wire. U-Boot up to v2020.07 counts every arrival of a block 0 as 65,536 blocks more, and a block
/// from before the wrap that comes after it is stored 65,536 blocks too far.
/// </summary>
public sealed class WrapHealingTests
{
    [Fact]
    public void Before_the_wrap_nothing_from_behind_it_is_sent_ahead()
    {
        TftpBench bench = At(65_535);
        string sent = bench.Pass(2000);
        Assert.Contains("DATA 65533, DATA 65535", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("DATA 0", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void Block_0_is_not_repeated_before_the_client_repeats_its_own_ACK()
    {
        TftpBench bench = At(65_536);
        Assert.Equal("silence", bench.Pass(4900));
        Assert.Equal("DATA 0", bench.Hear("ACK 65535")); // its timer: it does not have it
        Assert.Equal("DATA 1", bench.Hear("ACK 0"));
        Assert.False(bench.Report().BlockZeroResent);
    }

    [Fact]
    public void A_repeat_of_the_ACK_before_that_comes_at_once_does_not_count() // it is a copy, and not the client's timer
    {
        TftpBench bench = At(65_536);
        bench.Pass(500);
        Assert.Equal("silence", bench.Hear("ACK 65535"));
    }

    [Fact]
    public void When_the_ACK_of_block_0_was_lost_the_client_says_so_itself()
    {
        TftpBench bench = At(65_536);
        Assert.Equal("silence", bench.Pass(5000));
        Assert.Equal("DATA 1", bench.Hear("ACK 0"));
        Assert.Equal(0, bench.Report().Resent);
    }

    [Fact]
    public void Only_a_client_that_says_nothing_for_one_and_a_half_of_its_time_outs_gets_block_0_again_and_that_is_told()
    {
        TftpBench bench = At(65_536);
        Assert.Equal("silence", bench.Pass(7400));
        Assert.Contains("DATA 0", bench.Pass(1200), StringComparison.Ordinal);
        Assert.True(bench.Report().BlockZeroResent);
    }

    [Fact]
    public void Right_behind_the_wrap_the_next_block_does_what_the_one_before_would_do()
    {
        TftpBench bench = At(65_537);
        Assert.StartsWith("30: DATA 2, DATA 1, 75: DATA 2, DATA 1", bench.Pass(80), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65_538, "30: DATA 1, DATA 2")]
    [InlineData(65_539, "30: DATA 1, DATA 3")]
    public void Behind_the_wrap_nothing_from_before_it_is_sent(int block, string sent)
    {
        TftpBench bench = At(block);
        Assert.Equal(sent, bench.Pass(31));
        string later = bench.Pass(30_000);
        Assert.DoesNotContain("DATA 0", later, StringComparison.Ordinal);
        Assert.DoesNotContain("DATA 655", later, StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_file_ends_behind_the_wrap_its_last_block_is_not_sent_ahead()
    {
        TftpBench bench = At(65_537, 65_537);
        Assert.DoesNotContain("DATA 2", bench.Pass(5000), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrap_gives_the_lives_back()
    {
        TftpBench bench = At(65_530);
        bench.Pass(10_500);
        Assert.Equal("DATA 65531", bench.Hear("ACK 65530"));
        Assert.Equal(8, bench.Report().LivesLeft);
        bench.Take(65_531, 65_536);
        Assert.Equal(10, bench.Report().LivesLeft);
    }

    private static TftpBench At(int block, int fullBlocks = 65_600)
    {
        TftpBench bench = new(fullBlocks * 8);
        bench.Ask("RRQ f octet timeout 5 blksize 8");
        bench.Take(0, block - 1);
        return bench;
    }
}
