using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>Who is asking: repeats, restarts, other ports, strangers, floods.</summary>
public sealed class TftpServerTests
{
    [Theory]
    [InlineData("0003 0001 7878")]
    [InlineData("0004 0001")]
    [InlineData("0005 0000 626f6f00")]
    [InlineData("0006 626c6b73697a65003800")]
    [InlineData("0005")]
    [InlineData("0007 0001")]
    [InlineData("0000")]
    [InlineData("00")]
    [InlineData("")]
    [InlineData("0001 66")]
    public void What_is_no_request_is_not_answered(string hex)
    {
        TftpBench bench = new();
        Assert.Equal("silence", bench.Ask(Convert.FromHexString(hex.Replace(" ", ""))));
        Assert.Equal("silence", bench.Pass(10_000));
        Assert.Equal("DATA 1", bench.Ask("RRQ f octet"));
    }

    [Fact]
    public void Stray_packets_on_the_request_port_do_not_touch_a_running_transfer()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        Assert.Equal("silence", bench.Ask(TftpBench.Packet("ACK 1")));
        Assert.Equal("silence", bench.Ask(TftpBench.Packet("ERROR 0 die")));
        Assert.Equal("DATA 2", bench.Hear("ACK 1"));
    }

    [Fact]
    public void An_unknown_mode_is_refused_with_the_reason()
    {
        TftpBench bench = new();
        Assert.Equal("ERROR 4 mode must be octet or netascii", bench.Ask("RRQ f mail"));
        Assert.Equal(TftpRequestFault.UnknownMode, Assert.IsType<TftpReport.Malformed>(Assert.Single(bench.Reports)).Fault);
        Assert.Equal(0, bench.OpenPorts);
    }

    [Fact]
    public void A_refusal_carries_code_and_words_and_opens_nothing()
    {
        TftpBench bench = new();
        Assert.Equal("ERROR 1 no such file here", bench.Ask("RRQ missing octet"));
        Assert.Equal(TftpErrorCode.NotFound, Assert.IsType<TftpReport.Refused>(Assert.Single(bench.Reports)).Code);
        Assert.Empty(bench.Server.Transfers);
        Assert.Equal(0, bench.OpenPorts);
    }

    [Theory]
    [InlineData("RRQ f octet", "DATA 1")]
    [InlineData("RRQ f octet blksize 1024", "OACK blksize 1024")]
    public void The_same_request_before_any_answer_is_a_repeat_and_no_second_transfer(string request, string answer)
    {
        TftpBench bench = new();
        Assert.Equal(answer, bench.Ask(request));
        bench.Pass(200);
        Assert.Equal(answer, bench.Ask(request));
        Assert.Single(bench.Server.Transfers);
        Assert.Equal(1, bench.OpenPorts);
        Assert.Equal(1, Assert.IsType<TftpReport.Repeated>(bench.Reports[^1]).Times);
    }

    [Theory]
    [InlineData("RRQ g octet")]
    [InlineData("RRQ f octet blksize 512")]
    [InlineData("RRQ F octet")]
    public void Another_request_from_the_same_port_is_a_restart(string other)
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        bench.Pass(200);
        Assert.NotEqual("silence", bench.Ask(other));
        Assert.Equal(TransferOutcome.Restarted, bench.Outcome);
        Assert.Equal(1, bench.OpenPorts);
    }

    [Fact]
    public void The_same_request_after_progress_is_a_restart()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        bench.Pass(200);
        bench.Hear("ACK 1");
        bench.Pass(200);
        Assert.Equal("DATA 1", bench.Ask("RRQ f octet"));
        Assert.Equal(TransferOutcome.Restarted, bench.Outcome);
        Assert.True(Assert.IsType<TftpReport.Started>(bench.Reports[^1]).Again);
        Assert.Equal(1, bench.OpenPorts);
    }

    /// <summary>
    /// A device with a fixed source port that took the OACK, never got block 1 and was switched off and on: block 1 in the size that was
    /// agreed to before would be stored in blocks of 512.
    /// </summary>
    [Fact]
    public void The_same_request_after_the_OACK_was_answered_gets_the_OACK_again()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet blksize 1024");
        Assert.Equal("DATA 1", bench.Hear("ACK 0"));
        bench.Pass(5000);
        Assert.Equal("OACK blksize 1024", bench.Ask("RRQ f octet blksize 1024"));
    }

    /// <summary>A cable or switch may deliver a frame twice; the client that sent it once is in the middle of its transfer.</summary>
    [Theory]
    [InlineData("RRQ f octet", "ACK 1")]
    [InlineData("RRQ f octet blksize 1024", "ACK 0")]
    public void A_copy_of_the_request_that_comes_late_does_not_end_the_transfer(string request, string ack)
    {
        TftpBench bench = new(5000);
        bench.Ask(request);
        Assert.NotEqual("silence", bench.Hear(ack));
        bench.Pass(10);
        Assert.Equal("silence", bench.Ask(request));
        Assert.Empty(bench.Ended);
        Assert.Equal("DATA 3", bench.Take(ack == "ACK 0" ? 1 : 2, 2));
    }

    [Fact]
    public void A_boot_loader_that_asks_from_another_port_ends_its_old_transfer_at_once()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet", 1100);
        bench.Hear("ACK 1", 1100);
        Assert.Equal("DATA 1@1200", bench.Ask("RRQ f octet", 1200));
        Assert.Equal((TransferOutcome.Restarted, 1100), (bench.Outcome, bench.Ended.Single().Peer.Port));
        Assert.Equal(1, bench.OpenPorts);
    }

    [Fact]
    public void A_computer_that_asks_from_another_port_gets_a_transfer_beside_the_first()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet", 50_000);
        Assert.Equal("DATA 1@50001", bench.Ask("RRQ f octet", 50_001));
        Assert.Equal("DATA 2", bench.Hear("ACK 1", 50_000));
        Assert.Equal("DATA 2@50001", bench.Hear("ACK 1", 50_001));
        Assert.Equal(2, bench.OpenPorts);
    }

    [Fact]
    public void With_one_port_for_all_the_ACKs_come_to_the_request_port_and_none_is_opened()
    {
        TftpBench bench = new(1000, new TftpServerOptions { SinglePort = true });
        Assert.Equal("DATA 1", bench.Ask("RRQ f octet"));
        Assert.Equal("silence", bench.Ask(TftpBench.Packet("ACK 1"), 50_001));
        Assert.Equal("DATA 2 (488)", bench.Ask(TftpBench.Packet("ACK 1")));
        Assert.Equal("silence", bench.Ask(TftpBench.Packet("ACK 2")));
        Assert.Equal(TransferOutcome.Complete, bench.Outcome);
        Assert.Equal(0, bench.OpenPorts);
    }

    [Fact]
    public void With_one_port_for_all_an_ERROR_ends_only_its_sender()
    {
        TftpBench bench = new(options: new TftpServerOptions { SinglePort = true });
        bench.Ask("RRQ f octet", 50_000);
        bench.Ask("RRQ f octet", 50_001);
        Assert.Equal("silence", bench.Ask(TftpBench.Packet("ERROR 0 x"), 50_001));
        Assert.Equal(50_001, bench.Ended.Single().Peer.Port);
        Assert.Equal("DATA 2", bench.Ask(TftpBench.Packet("ACK 1")));
    }

    [Fact]
    public void At_the_limit_the_oldest_client_that_never_answered_makes_room()
    {
        TftpBench bench = new(options: new TftpServerOptions { MostTransfers = 3 });
        for (int port = 50_000; port < 50_003; port++)
        {
            bench.Ask("RRQ f octet", port);
            bench.Pass(1);
        }
        bench.Hear("ACK 1", 50_000);
        bench.Ask("RRQ f octet", 50_003);
        bench.Ask("RRQ f octet", 50_004);
        Assert.Equal([50_001, 50_002], bench.Ended.Select(report => report.Peer.Port));
        Assert.All(bench.Ended, report => Assert.Equal(TransferOutcome.Stopped, report.Outcome));
        Assert.Equal(3, bench.OpenPorts);
        Assert.Equal("DATA 3", bench.Hear("ACK 2", 50_000));
    }

    [Fact]
    public void A_flood_of_requests_leaves_a_bounded_number_of_transfers_and_a_fresh_client_is_served()
    {
        TftpBench bench = new();
        for (int port = 5000; port < 15_000; port++)
            bench.Ask("RRQ f octet", port);
        Assert.Equal(1024, bench.Server.Transfers.Count);
        Assert.Equal("DATA 1", bench.Ask("RRQ f octet"));
        Assert.Equal("DATA 2", bench.Hear("ACK 1"));
    }

    /// <summary>The address in a request may be forged: whoever stands behind it gets little.</summary>
    [Theory]
    [InlineData("RRQ f octet")]
    [InlineData("RRQ f octet blksize 1468 windowsize 64 timeout 1")]
    [InlineData("WRQ up octet")]
    [InlineData("WRQ up octet blksize 1468 windowsize 64")]
    public void A_silent_peer_gets_at_most_thirty_packets_in_3_s_and_nothing_after_13(string request)
    {
        TftpBench bench = new(uploads: new MemoryUploads());
        bench.Ask(request);
        bench.Pass(3000);
        Assert.InRange(bench.Packets, 2, 30);
        bench.Pass(10_000);
        Assert.Equal(TransferOutcome.Silent, bench.Outcome);
        Assert.InRange(bench.Ended.Single().Elapsed.TotalSeconds, 12, 13);
        int packets = bench.Packets;
        Assert.Equal("silence", bench.Pass(200_000));
        Assert.Equal(packets, bench.Packets);
        Assert.Equal(0, bench.OpenPorts);
    }

    [Fact]
    public void A_client_that_was_heard_is_waited_for_75_s()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        bench.Pass(1);
        bench.Hear("ACK 1");
        bench.Pass(74_000);
        Assert.Empty(bench.Ended);
        bench.Pass(2000);
        Assert.Equal(TransferOutcome.Silent, bench.Outcome);
    }

    [Fact]
    public void A_client_that_writes_its_flash_for_a_minute_is_served_on()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet");
        bench.Take(1, 2);
        bench.Pass(60_000);
        Assert.Equal("DATA 4", bench.Hear("ACK 3"));
    }

    [Theory]
    [InlineData("RRQ f octet timeout 5", 5)]
    [InlineData("RRQ f octet timeout 5 windowsize 2", 4)]
    [InlineData("RRQ f octet timeout 5 windowsize 16", 4)]
    public void A_loader_that_never_acknowledges_the_end_probably_has_it_all(string request, int last)
    {
        TftpBench bench = new();
        bench.Ask(request);
        bench.Take(0, last);
        bench.Pass(7900);
        Assert.Empty(bench.Ended);
        bench.Pass(1100);
        Assert.Equal(TransferOutcome.ProbablyComplete, bench.Outcome);
    }

    /// <summary>1,024 forged requests for an image as text must not make 1,024 copies of it.</summary>
    [Fact]
    public void One_text_is_kept_once_however_many_ask_for_it()
    {
        TftpBench bench = new(content: new byte[1 << 20]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int port = 5000; port < 5200; port++)
            bench.Server.OnRequest(
                TftpBench.Request("RRQ f netascii"), TftpBench.Client(port), TftpBench.PcIp, 1500, bench.Now, new TftpActions());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1 << 20, 3 << 20);
        Assert.Equal(200, bench.Server.Transfers.Count);
    }

    [Fact]
    public void Answers_come_from_the_address_that_was_asked()
    {
        TftpServer server = new(new OneFileCatalog(new byte[10]), new TftpServerOptions());
        TftpActions actions = new();
        IPAddress second = IPAddress.Parse("10.0.0.9");
        server.OnRequest(TftpBench.Request("RRQ f octet"), TftpBench.Client(), second, 1500, default, actions);
        server.OnRequest(TftpBench.Request("RRQ missing octet"), TftpBench.Client(), second, 1500, default, actions);
        Assert.Equal(
            [second, second],
            actions.Items.ToArray().Where(item => item.From is not null).Select(item => item.From));
    }
}
