using System.Net;
using Unbrick.Core.Events;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>Packets in, the words for the user out: every problem of a transfer from the packets that lead to it.</summary>
public sealed class TransferTellerTests
{
    [Fact]
    public void A_loader_that_uses_up_its_time_outs_is_said_once_when_three_are_left()
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        bench.Ack(0, 10);
        for (int i = 0; i < 9; i++)
        {
            bench.Wait(5.2);
            bench.Ack(11 + i, 11 + i);
        }

        Assert.Equal(
            [
                "192.168.0.86:2345: 16 of 100 blocks acknowledged in 36.2 s, 7 packets sent again",
                "longest silence 5.2 s",
                "its boot loader has 3 of 10 time-outs left",
            ],
            bench.Seen("lives-low"));
        Assert.Contains("3 of its 10 time-outs left", bench.Problem("lives-low").Title);
    }

    [Fact]
    public void A_device_that_falls_silent_is_told_after_5_seconds_and_at_its_end_with_the_block()
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        bench.Ack(0, 57);
        bench.Wait(120);

        Assert.Contains("silence 192.168.0.86:2345 no answer to block 58 of 100 for 5 s; still trying", bench.Wires);
        Assert.Equal("the device stopped answering at block 58 of 100 (57 %)", bench.Problem("device-silent").Title);
        Assert.Matches("^192.168.0.86:2345: 57 of 100 blocks acknowledged in [0-9.]+ s, [1-9][0-9]* packets sent again$", bench.Seen("device-silent")[0]);
        Assert.Matches("^no answer for the last [1-9][0-9]+ s$", bench.Seen("device-silent")[^1]);
        Assert.Equal(("failed", 57 * 512L, "recovery.bin", "image.bin"), (bench.Ended.Outcome, bench.Ended.Bytes, bench.Ended.Name, bench.Ended.SentAs));
    }

    [Fact]
    public void A_device_that_asks_again_in_the_middle_is_told_with_a_count()
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        bench.Ack(0, 20);
        bench.Peer = new IPEndPoint(bench.Peer.Address, 2346);
        bench.Request();
        bench.Ack(0, 30);
        bench.Peer = new IPEndPoint(bench.Peer.Address, 2347);
        bench.Request();

        Found[] found = [.. bench.Events.OfType<Found>()];
        Assert.Equal(
            ["the device began again at block 1 (once so far)", "the device began again at block 1 (2 times so far)"],
            found.Select(f => f.Problem.Title));
        Assert.Equal(["192.168.0.86:2346 asked for recovery.bin again"], found[0].Problem.Seen);
        Assert.Equal(["restarted", "restarted"], bench.Events.OfType<TransferEnded>().Select(e => e.Outcome));
        Assert.Equal("device-restarted", Assert.Single(bench.Diagnosis.Problems).Code);
    }

    [Fact]
    public void An_error_of_the_device_is_told_with_its_number_and_text()
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        bench.Ack(0, 3);
        bench.Error(3, "Image too \u001b[31mlarge");

        Assert.Equal("the device ended the transfer: ERROR 3 (Image too \\x1b[31mlarge)", bench.Problem("device-error").Title);
        Assert.Equal(["192.168.0.86:2345: 3 of 100 blocks acknowledged in 0.0 s, 0 packets sent again"], bench.Seen("device-error"));
    }

    [Fact]
    public void Options_that_the_device_does_not_like_are_told_as_a_note()
    {
        TellerBench bench = new(blocks: 100);
        bench.Request("timeout\\05\\0blksize\\01468\\0");
        bench.Error(8, "bad option");

        Assert.Equal(["192.168.0.86:2345: ERROR 8 \"bad option\""], bench.Seen("options-refused"));
        Assert.Contains("(timeout 5, blksize 1468)", bench.Problem("options-refused").Title);
        Assert.DoesNotContain(bench.Diagnosis.Problems, p => p.Code == "device-error");
    }

    [Theory]
    [InlineData(40, 0.031, 0.0017, "3.1 % on the way to the device, 0.2 % on the way back")]
    [InlineData(3, 0.0, 0.02, "0.0 % on the way to the device, 2.0 % on the way back")]
    public void Losses_are_told_with_a_rate_for_each_way(long resent, double toDevice, double fromDevice, string words)
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        bench.Report(new TftpReport.Ended(Transfer(bench, resent, toDevice, fromDevice)));

        Assert.Equal("packets get lost on the cable: " + words, bench.Problem("line-loss").Title);
        Assert.Equal([$"192.168.0.86:2345: 100 of 100 blocks acknowledged in 12.3 s, {resent} packets sent again"], bench.Seen("line-loss"));
        Assert.Contains(bench.Problem("line-loss").Try, step => step.EndsWith("sudo ethtool -s eth0 speed 10 duplex half autoneg off", StringComparison.Ordinal));
        Assert.Equal((resent, toDevice, fromDevice), (bench.Ended.Resent, bench.Ended.LossToDevice, bench.Ended.LossFromDevice));
    }

    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(40, 0.001)]
    public void A_packet_or_two_or_one_in_a_thousand_is_nobodys_concern(long resent, double loss)
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        bench.Report(new TftpReport.Ended(Transfer(bench, resent, loss, 0)));

        Assert.Empty(bench.Diagnosis.Problems);
    }

    [Fact]
    public void A_block_0_that_may_have_been_counted_twice_is_told()
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        bench.Report(new TftpReport.Ended(Transfer(bench, 0, 0, 0) with { BlockZeroResent = true }));

        Assert.Contains("65,536", bench.Problem("block-zero-resent").Title + bench.Problem("block-zero-resent").Means);
    }

    [Fact]
    public void A_repeated_request_and_rubbish_are_told_with_counts_not_each()
    {
        TellerBench bench = new(blocks: 100);
        bench.Request();
        for (int i = 0; i < 10; i++)
        {
            bench.Request();
            bench.Raw(0, 1, 65, 66);
        }
        Assert.Equal(
            [
                "request 192.168.0.86:2345 wants recovery.bin (octet, timeout 5) -> gets image.bin",
                "request 192.168.0.86:2345 asks for recovery.bin again: it has not heard the answer, which was sent once more",
                "refused 192.168.0.86:2345 sent something that is no TFTP request (cut off)",
                "request 192.168.0.86:2345 asks for recovery.bin again (10 times): it has not heard the answer, which was sent once more",
                "refused 192.168.0.86:2345 sent something that is no TFTP request (cut off) (10 times)",
            ],
            bench.Wires);
    }

    [Fact]
    public void An_upload_that_nobody_asked_for_is_refused_and_said_once()
    {
        TellerBench bench = new(blocks: 1);
        bench.Request(opcode: 2, name: "backup.bin");
        bench.Request(opcode: 2, name: "backup.bin");

        Assert.Equal(["192.168.0.86:2345 sent a write request: this server does not take files"], bench.Seen("upload-refused"));
    }

    [Fact]
    public void Progress_has_bytes_rate_and_lives()
    {
        TellerBench bench = new(blocks: 2001);
        bench.Request();
        bench.Ack(0, 500);
        bench.Wait(0.6);
        bench.Ack(501, 1000);

        Progress last = bench.Events.OfType<Progress>().Last();
        Assert.Equal(("192.168.0.86:2345", "image.bin", 512_000L, 1_024_100L, 10), (last.Peer, last.Name, last.Done, last.Total, last.LivesLeft));
        Assert.Equal(256_000 / 1.1, last.Rate, tolerance: 1);
    }

    private static TransferReport Transfer(TellerBench bench, long resent, double toDevice, double fromDevice) => new(
        bench.Peer, bench.CurrentRequest, "image.bin", TransferOutcome.Complete, 50_788, 50_788, 100, 100, TimeSpan.FromSeconds(12.34), resent,
        new LossEstimate(toDevice, fromDevice), LoaderKind.UBootLegacy, 10, BlockZeroResent: false, TftpErrorCode.NotDefined, "", TimeSpan.FromSeconds(1));
}
