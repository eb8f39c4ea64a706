using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>Options, refusals, strangers and noise at the client that sends a file.</summary>
public sealed class TftpPutHostileTests
{
    private const string Plain = "WRQ image.bin octet";
    private static readonly IPEndPoint s_stranger = new(IPAddress.Parse("192.168.1.77"), 2048);
    private static readonly IPEndPoint s_otherPort = new(PutBench.Device.Address, 9999);

    private static TftpPutOptions Large => new() { Name = "image.bin", BlockSize = 1468 };

    [Fact]
    public void A_larger_block_is_asked_for_and_used_when_the_device_agrees()
    {
        PutBench bench = new(3000, Large);
        Assert.Equal("WRQ image.bin octet blksize 1468", bench.Ask());
        Assert.Equal("DATA 1 1024", bench.Hear(PutBench.Transfer, Oack("blksize\01024\0")));
        Assert.Equal(1024, Assert.Single(bench.Told<TftpPutReport.Started>()).BlockSize);
        Assert.Equal(bench.Content, bench.Answer(1024));
    }

    [Fact]
    public void A_device_that_knows_no_options_gets_blocks_of_512()
    {
        PutBench bench = new(3000, Large);
        bench.Ask();
        Assert.Equal("DATA 1 512", bench.Ack(0));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(0)]
    public void A_device_that_refuses_options_is_asked_without_at_once(int code)
    {
        PutBench bench = new(3000, Large);
        bench.Ask();
        Assert.Equal(Plain, bench.Error(code, "no options", PutBench.Device));
        Assert.Single(bench.Told<TftpPutReport.OptionsRefused>());
        Assert.Equal("DATA 1 512", bench.Ack(0));
    }

    [Theory]
    [InlineData("blksize\01469\0")]
    [InlineData("blksize\07\0")]
    [InlineData("blksize\0-8\0")]
    [InlineData("blksize\0x\0")]
    [InlineData("blksize\099999999999999999999\0")]
    [InlineData("blksize\0512\0blksize\01024\0")]
    [InlineData("windowsize\04\0")]
    [InlineData("blksize\0512")]
    [InlineData("blksize")]
    [InlineData("\0\0")]
    public void An_agreement_to_something_else_is_refused_and_it_asks_plainly(string options)
    {
        PutBench bench = new(3000, Large);
        bench.Ask();
        Assert.Equal($"ERROR 8, {Plain}", bench.Hear(PutBench.Transfer, Oack(options)));
        Assert.Equal(TftpPutState.Asking, bench.Put.State);
    }

    [Fact]
    public void Options_that_were_not_asked_for_are_refused()
    {
        PutBench bench = new(3000);
        bench.Ask();
        Assert.Equal("ERROR 8", bench.Hear(PutBench.Transfer, Oack("blksize\01024\0")));
        Assert.Equal("DATA 1 512", bench.Ack(0));
    }

    [Fact]
    public void Three_refusals_are_a_no()
    {
        PutBench bench = new(1000);
        bench.Ask();
        bench.Error(2, "cannot write", PutBench.Device);
        Assert.Equal("", bench.Error(2, "cannot write", PutBench.Device)); // an answer to a request that went out with the first
        Assert.Single(bench.Told<TftpPutReport.Refused>());
        bench.Pass(1);
        bench.Error(2, "cannot write", PutBench.Device);
        Assert.Equal(TftpPutState.Asking, bench.Put.State);
        bench.Pass(1);
        bench.Error(2, "cannot write", PutBench.Device);
        Assert.Equal((TftpPutState.Failed, TransferOutcome.ClientError), (bench.Put.State, bench.Put.Outcome));
        Assert.Equal(3, bench.Told<TftpPutReport.Refused>().Count());
        Assert.Equal("", bench.Pass(60));
    }

    [Fact]
    public void An_ERROR_in_the_middle_is_told_and_it_asks_again_a_second_later()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        Assert.Equal("", bench.Error(0, "flash busy"));
        Assert.Equal((TransferOutcome.ClientError, "flash busy"), (bench.Ended.Outcome, bench.Ended.ErrorText));
        Assert.Equal("", bench.Pass(0.9));
        Assert.Equal(Plain, bench.Pass(0.2));
        Assert.Equal("DATA 1 512", bench.Ack(0));
    }

    [Fact]
    public void A_device_that_forgot_the_transfer_is_asked_at_once()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        bench.Error(5, "unknown transfer");
        Assert.Equal(TransferOutcome.Restarted, bench.Ended.Outcome);
        Assert.Equal(Plain, bench.Pass(0));
    }

    [Fact]
    public void Another_port_is_told_that_it_is_not_its_transfer_and_nothing_else_happens()
    {
        PutBench bench = new(5000);
        bench.Ask();
        bench.Ack(0);
        Assert.Equal($"ERROR 5 to {s_otherPort}", bench.Ack(0, s_otherPort));
        Assert.Equal($"ERROR 5 to {s_otherPort}", bench.Ack(1, s_otherPort));
        Assert.Equal($"ERROR 5 to {s_stranger}", bench.Ack(1, s_stranger));
        Assert.Equal("", bench.Error(0, "not for you", s_otherPort)); // an ERROR is never answered
        Assert.Equal("", bench.Error(0, "not for you", s_stranger));
        Assert.Equal("DATA 2 512", bench.Ack(1));
    }

    [Fact]
    public void Strangers_are_not_answered_for_ever_and_never_while_asking()
    {
        PutBench bench = new(5000);
        bench.Ask();
        Assert.Equal("", bench.Ack(0, s_stranger));
        Assert.Equal("", bench.Error(2, "go away", s_stranger));
        bench.Ack(0);
        int answered = Enumerable.Range(0, 1000).Count(_ => bench.Ack(1, s_stranger).Length > 0);
        Assert.Equal(32, answered);
    }

    [Fact]
    public void Noise_from_anywhere_changes_nothing()
    {
        Random random = new(7);
        PutBench bench = new(20_000);
        bench.Ask();
        bench.Ack(0);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] packet = new byte[random.Next(40)];
            random.NextBytes(packet);
            if (packet.Length > 1)
                (packet[0], packet[1]) = (0, (byte)random.Next(9));
            if (packet.Length > 1 && packet[1] is 4 or 5)
                continue; // ACKs and ERRORs have their own tests
            bench.Hear(random.Next(2) == 0 ? PutBench.Transfer : s_stranger, packet);
        }
        Assert.Equal(bench.Content, bench.Answer());
        Assert.Equal(TransferOutcome.Complete, bench.Ended.Outcome);
    }

    [Fact]
    public void The_text_of_an_ERROR_is_made_safe_to_show()
    {
        PutBench bench = new(1000);
        bench.Ask();
        bench.Hear(PutBench.Device, [0, 5, 0, 0, 27, (byte)'[', (byte)'2', (byte)'J', 0]);
        Assert.DoesNotContain('\u001b', Assert.Single(bench.Told<TftpPutReport.Refused>()).Text);
    }

    private static byte[] Oack(string options) => [0, 6, .. System.Text.Encoding.ASCII.GetBytes(options)];
}
