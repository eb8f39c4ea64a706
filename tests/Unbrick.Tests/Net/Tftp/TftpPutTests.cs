using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>The client that sends a file to a boot loader: asking, blocks, the end.</summary>
public sealed class TftpPutTests
{
    private const string Request = "WRQ image.bin octet";

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(100_000)]
    public void The_whole_file_goes_over_block_by_block(int size)
    {
        PutBench bench = new(size);
        Assert.Equal(Request, bench.Ask());
        Assert.Equal($"DATA 1 {Math.Min(512, size)}", bench.Ack(0));
        Assert.Equal(bench.Content, bench.Answer());
        Assert.Equal((TransferOutcome.Complete, size, 0), (bench.Ended.Outcome, bench.Ended.Done, bench.Ended.Resent));
        Assert.Equal(TftpPutState.Sent, bench.Put.State);
        Assert.Equal("", bench.Pass(60));
    }

    [Fact]
    public void Nothing_is_sent_before_it_is_told_to_ask()
    {
        PutBench bench = new(1000);
        Assert.Equal("", bench.Pass(60));
    }

    [Fact]
    public void It_asks_four_times_a_second_until_the_window_opens()
    {
        PutBench bench = new(1000);
        bench.Ask();
        Assert.Equal(40, bench.Pass(10).Split(';').Length);
        Assert.Equal("DATA 1 512", bench.Ack(0));
        Assert.Equal(41, Assert.Single(bench.Told<TftpPutReport.Started>()).Asked);
        Assert.Equal("DATA 2 488", bench.Ack(1));
        Assert.Equal("", bench.Ack(2));
    }

    [Fact]
    public void Without_a_link_it_rests()
    {
        PutBench bench = new(1000);
        bench.Ask();
        bench.Put.Rest();
        Assert.Equal("", bench.Pass(60));
        Assert.Equal(Request, bench.Ask());
    }

    [Fact]
    public void Every_address_that_the_device_may_have_is_asked_and_the_first_answer_counts()
    {
        IPEndPoint other = new(IPAddress.Parse("192.168.1.49"), 69), answers = new(other.Address, 4000);
        PutBench bench = new(1000, null, PutBench.Device, other);
        Assert.Equal($"{Request}, {Request} to {other}", bench.Ask());
        Assert.Equal($"DATA 1 512 to {answers}", bench.Ack(0, answers));
        Assert.Equal($"DATA 2 488 to {answers}", bench.Ack(1, answers));
    }

    [Fact]
    public void A_loader_may_answer_from_the_request_port_itself()
    {
        PutBench bench = new(600);
        bench.Ask();
        Assert.Equal("DATA 1 512", bench.Ack(0, PutBench.Device));
        Assert.Equal("DATA 2 88", bench.Ack(1, PutBench.Device));
        bench.Ack(2, PutBench.Device);
        Assert.Equal(TransferOutcome.Complete, bench.Ended.Outcome);
    }

    [Fact]
    public void A_repeated_ACK_never_doubles_the_data()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        Assert.Equal("", bench.Ack(0));
        Assert.Equal("DATA 2 512", bench.Ack(1));
        Assert.Equal("", bench.Ack(1));
        Assert.Equal("", bench.Ack(0));
        Assert.Equal("", bench.Ack(7)); // never sent
        Assert.Equal("DATA 3 512", bench.Ack(2));
    }

    [Fact]
    public void A_lost_block_is_repeated_soon_and_from_the_third_time_on_with_the_block_before()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        for (int block = 1; block < 5; block++)
            bench.Ack(block);
        Assert.Equal("DATA 5 512; DATA 5 512; DATA 4 512, DATA 5 512; DATA 5 512", bench.Pass(0.35));
        Assert.Equal("", bench.Ack(4)); // the answer to the block before, by an old U-Boot that had lost its ACK
        Assert.Equal("DATA 6 512", bench.Ack(5));
    }

    [Fact]
    public void A_last_block_that_is_never_acknowledged_is_probably_there()
    {
        PutBench bench = new(600);
        bench.Ask();
        bench.Ack(0);
        bench.Ack(1);
        Assert.Contains("DATA 2 88", bench.Pass(30), StringComparison.Ordinal);
        Assert.Equal((TransferOutcome.ProbablyComplete, 512, 1), (bench.Ended.Outcome, bench.Ended.Done, bench.Ended.Block));
        Assert.Equal("", bench.Ack(2));
        Assert.Single(bench.Told<TftpPutReport.Confirmed>());
        Assert.Equal(TransferOutcome.Complete, bench.Put.Outcome);
    }

    [Fact]
    public void A_device_that_closed_its_port_after_the_last_block_has_the_file()
    {
        PutBench bench = new(600);
        bench.Ask();
        bench.Ack(0);
        bench.Ack(1);
        bench.Pass(1);
        bench.Error(5, "unknown transfer id");
        Assert.Equal(TransferOutcome.ProbablyComplete, bench.Ended.Outcome);
    }

    [Fact]
    public void An_ERROR_for_the_last_block_is_a_verdict_and_it_is_not_asked_again()
    {
        PutBench bench = new(600);
        bench.Ask();
        bench.Ack(0);
        bench.Ack(1);
        bench.Error(0, "Bad image");
        Assert.Equal((TransferOutcome.ClientError, "Bad image", TftpPutState.Failed), (bench.Ended.Outcome, bench.Ended.ErrorText, bench.Put.State));
        Assert.Equal("", bench.Pass(60));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_ERROR_after_the_end_is_a_verdict_too(bool acknowledged)
    {
        PutBench bench = new(100);
        bench.Ask();
        bench.Ack(0);
        if (acknowledged)
            bench.Ack(1);
        bench.Pass(40);
        bench.Error(0, "wrong model");
        Assert.Equal("wrong model", Assert.Single(bench.Told<TftpPutReport.Rejected>()).Text);
        Assert.Equal((TransferOutcome.ClientError, TftpPutState.Failed), (bench.Put.Outcome, bench.Put.State));
        bench.Error(0, "wrong model");
        Assert.Single(bench.Told<TftpPutReport.Rejected>());
    }

    [Fact]
    public void A_device_that_starts_again_in_the_middle_gets_the_file_from_the_beginning()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        bench.Ack(1);
        string silence = bench.Pass(6);
        Assert.Contains(Request, silence, StringComparison.Ordinal);
        Assert.Single(bench.Told<TftpPutReport.Paused>());
        Assert.Equal("DATA 1 512 to 192.168.1.1:3000", bench.Ack(0, new IPEndPoint(PutBench.Device.Address, 3000)));
        Assert.Equal((TransferOutcome.Restarted, 512), (bench.Ended.Outcome, bench.Ended.Done));
        Assert.Equal(2, bench.Told<TftpPutReport.Started>().Count());
    }

    /// <summary>As atftpd: it acknowledges a repeated block once, and when that is lost, too, it is deaf for 5 s.</summary>
    [Fact]
    public void A_server_of_several_files_that_is_deaf_for_a_while_gets_to_the_end_at_the_second_try()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        Assert.Contains(Request, bench.Pass(4.5), StringComparison.Ordinal);
        IPEndPoint second = new(PutBench.Device.Address, 3000);
        bench.Ack(0, second);
        bench.Pass(2);
        Assert.Equal("", bench.Pass(5.5)); // counted from the last packet that it got
        Assert.Equal("DATA 2 512 to 192.168.1.1:3000", bench.Ack(1, second));
        Assert.Contains(Request, bench.Pass(8.5), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_writes_while_loading_is_waited_for()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        bench.Ack(1);
        bench.Pass(40);
        Assert.True(bench.Put.Underway);
        Assert.Equal("DATA 3 512", bench.Ack(2));
        Assert.Single(bench.Told<TftpPutReport.Resumed>());
        Assert.True(bench.Put.Report(bench.Now).LongestStall > TimeSpan.FromSeconds(39));
        bench.Answer();
        Assert.Equal(TransferOutcome.Complete, bench.Ended.Outcome);
    }

    [Fact]
    public void A_device_that_stays_silent_is_given_up_and_asked_on()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        bench.Ack(1);
        string said = bench.Pass(80);
        Assert.Equal((TransferOutcome.Silent, 512), (bench.Ended.Outcome, bench.Ended.Done));
        Assert.False(bench.Put.Underway);
        Assert.InRange(said.Split("DATA").Length, 75, 130); // no storm
        Assert.StartsWith(Request, bench.Pass(1), StringComparison.Ordinal);
        Assert.Equal("DATA 1 512", bench.Ack(0));
    }

    [Fact]
    public void A_link_that_fell_and_rose_in_the_middle_asks_anew_at_once_and_after_the_last_block_not_at_all()
    {
        PutBench middle = new(5000);
        middle.Ask();
        middle.Ack(0);
        middle.Ack(1);
        Assert.Equal(Request, middle.Ask());

        PutBench end = new(600);
        end.Ask();
        end.Ack(0);
        end.Ack(1);
        Assert.Equal("", end.Ask());
        Assert.Equal(TransferOutcome.ProbablyComplete, end.Ended.Outcome);
    }

    [Fact]
    public void Ended_from_outside_the_device_is_told()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        Assert.Equal("ERROR 0", bench.Stop());
        Assert.Equal(TransferOutcome.Stopped, bench.Ended.Outcome);
        Assert.Equal("", bench.Pass(60));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void After_block_65535_the_numbers_begin_again(int rollOver)
    {
        PutBench bench = new(65_537 * 512 + 5, new TftpPutOptions { Name = "image.bin", RollOverTo = rollOver });
        bench.Ask();
        bench.Ack(0);
        Assert.Equal(bench.Content, bench.Answer());
        byte[] after = bench.Sent[65_536].Packet; // the request is the first
        Assert.Equal(rollOver, after[2] << 8 | after[3]);
        Assert.Equal(TransferOutcome.Complete, bench.Ended.Outcome);
    }
}
