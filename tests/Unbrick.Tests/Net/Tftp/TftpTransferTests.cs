using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>RFC 1350 and 1123: block after block.</summary>
public sealed class TftpTransferTests
{
    [Fact]
    public void A_file_goes_out_block_by_block_and_its_end_is_the_short_block()
    {
        TftpBench bench = new(3000);
        Assert.Equal("DATA 1", bench.Ask("RRQ f octet"));
        Assert.Equal("DATA 2", bench.Hear("ACK 1"));
        Assert.Equal("DATA 6 (440)", bench.Take(2, 5));
        Assert.Equal("silence", bench.Hear("ACK 6"));
        TransferReport report = Assert.Single(bench.Ended);
        Assert.Equal(TransferOutcome.Complete, report.Outcome);
        Assert.Equal((3000, 3000, 6, 6, 0), (report.Done, report.Total, report.Block, report.Blocks, report.Resent));
        Assert.Equal("f", report.SentAs);
        Assert.Equal(0, bench.OpenPorts);
    }

    [Theory]
    [InlineData(0, "DATA 1 (0)")]
    [InlineData(1, "DATA 1 (1)")]
    [InlineData(511, "DATA 1 (511)")]
    [InlineData(512, "DATA 2 (0)")]
    [InlineData(513, "DATA 2 (1)")]
    [InlineData(1024, "DATA 3 (0)")]
    public void The_last_block_is_short_or_empty(int size, string last)
    {
        TftpBench bench = new(size);
        string seen = bench.Ask("RRQ f octet");
        for (int block = 1; seen != last; block++)
            seen = bench.Hear($"ACK {block}");
        bench.Hear($"ACK {size / 512 + 1}");
        Assert.Equal(TransferOutcome.Complete, bench.Outcome);
        Assert.Equal(size, bench.Ended.Single().Done);
    }

    [Theory]
    [InlineData(0, "DATA 65535", "DATA 0", "DATA 1", "DATA 2 (3)")]
    [InlineData(1, "DATA 65535", "DATA 1", "DATA 2", "DATA 3 (3)")]
    public void After_block_65535_comes_0_or_what_the_device_wants(int rollOver, params string[] answers)
    {
        TftpBench bench = new(65_537 * 8 + 3, new TftpServerOptions { RollOverTo = rollOver });
        bench.Ask("RRQ f octet blksize 8");
        Assert.Equal(answers[0], bench.Take(0, 65_534));
        Assert.Equal(answers[1], bench.Hear("ACK 65535"));
        Assert.Equal(answers[2], bench.Hear($"ACK {rollOver}"));
        Assert.Equal(answers[3], bench.Hear($"ACK {rollOver + 1}"));
        bench.Hear($"ACK {rollOver + 2}");
        Assert.Equal(TransferOutcome.Complete, bench.Outcome);
        Assert.Equal(65_538, bench.Ended.Single().Blocks);
    }

    [Fact]
    public void An_ACK_of_the_round_before_the_wrap_is_an_old_one()
    {
        TftpBench bench = new(70_000 * 8);
        bench.Ask("RRQ f octet blksize 8");
        Assert.Equal("DATA 2", bench.Take(0, 65_537));
        Assert.Equal("silence", bench.Hear("ACK 65535"));
        Assert.Equal("silence", bench.Hear("ACK 65000"));
        Assert.Equal("DATA 3", bench.Hear("ACK 2"));
    }

    [Fact]
    public void A_repeated_ACK_never_causes_a_block()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        for (int block = 1; block <= 5; block++)
        {
            Assert.StartsWith($"DATA {block + 1}", bench.Hear($"ACK {block}"), StringComparison.Ordinal);
            Assert.Equal("silence", bench.Hear($"ACK {block}"));
            Assert.Equal("silence", bench.Hear($"ACK {block - 1}"));
        }
        Assert.Equal(6, bench.Packets);
    }

    [Theory]
    [InlineData("ACK 2")]
    [InlineData("ACK 500")]
    [InlineData("ACK 65535")]
    [InlineData("DATA 1 512")]
    public void Packets_that_acknowledge_nothing_sent_change_nothing(string packet)
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        Assert.Equal("silence", bench.Hear(packet));
        Assert.Equal("DATA 2", bench.Hear("ACK 1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0004")]
    [InlineData("000400")] // an ACK of three bytes
    [InlineData("0006 626c6b73697a65003800")] // an OACK from a client
    [InlineData("0001 6600 6f6374657400")] // a request to the transfer's port
    [InlineData("ffff ffff")]
    public void Packets_that_are_no_ACK_change_nothing(string hex)
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        Assert.Equal("silence", bench.Hear(Convert.FromHexString(hex.Replace(" ", ""))));
        Assert.Equal("DATA 2", bench.Hear("ACK 1"));
    }

    [Fact]
    public void An_ACK_with_more_behind_it_is_an_ACK()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        Assert.Equal("DATA 2", bench.Hear([0, 4, 0, 1, 0, 0, 0, 0, 0, 0]));
    }

    [Fact]
    public void An_ERROR_ends_the_transfer_without_an_answer_and_its_words_are_told()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        Assert.Equal("silence", bench.Hear([0, 5, 0, 3, .. "disk \u001b[2Jfull"u8, 0]));
        Assert.Equal("silence", bench.Pass(100_000));
        TransferReport report = Assert.Single(bench.Ended);
        Assert.Equal((TransferOutcome.ClientError, TftpErrorCode.Full), (report.Outcome, report.ErrorCode));
        Assert.Equal(@"disk \x1b[2Jfull", report.ErrorText);
        Assert.Equal(0, bench.OpenPorts);
    }

    [Theory]
    [InlineData("0005")]
    [InlineData("000500")]
    [InlineData("00050000")]
    public void An_ERROR_that_is_cut_off_is_one_without_words(string hex)
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        Assert.Equal("silence", bench.Hear(Convert.FromHexString(hex)));
        Assert.Equal((TransferOutcome.ClientError, ""), (bench.Outcome, bench.Ended.Single().ErrorText));
    }

    [Fact]
    public void A_packet_for_a_transfer_that_ended_does_nothing()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        TftpTransfer transfer = bench.Server.Transfers.Single();
        bench.Hear("ERROR 0 x");
        Assert.Equal("silence", bench.Hear(transfer, TftpBench.Packet("ACK 1")));
        Assert.Single(bench.Ended);
    }

    [Fact]
    public void A_stopped_server_tells_its_clients()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet", 50_000);
        bench.Ask("RRQ f octet", 50_001);
        Assert.Equal("ERROR 0 server stopped, ERROR 0 server stopped@50001", bench.Stop());
        Assert.All(bench.Ended, report => Assert.Equal(TransferOutcome.Stopped, report.Outcome));
        Assert.Equal(0, bench.OpenPorts);
    }
}
