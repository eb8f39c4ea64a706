using Unbrick.Hardware.Serial.Transfer;

namespace Unbrick.Tests.Hardware.Serial.Transfer;

public class XmodemTests
{
    private static readonly string s_ready = "## Ready for binary (ymodem) download to 0x81000000 at 115200 bps...\r\n";

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void The_file_arrives_whole(bool ymodem, bool likeUBoot)
    {
        foreach (int size in (int[])[0, 1, 127, 128, 129, 1024, 1025, 5000, 300 * 1024])
        {
            byte[] file = Make(size);
            IFileSender sender = Sender(ymodem, file);
            XmodemReceiver receiver = new(new() { Ymodem = ymodem, LikeUBoot = likeUBoot });
            new TransferLine(sender, receiver) { Before = s_ready }.Run();
            Assert.Equal(TransferState.Done, sender.State);
            Assert.Equal(TransferState.Done, receiver.State);
            Assert.Equal(size, sender.Acknowledged);
            Assert.Equal(0, sender.Repeats);
            ReadOnlySpan<byte> got = receiver.File.Span;
            Assert.True(ymodem ? got.SequenceEqual(file) : got[..size].SequenceEqual(file) && got[size..].Trim((byte)0x1A).IsEmpty);
        }
    }

    [Fact]
    public void Loady_loses_no_time_but_the_line_s_own()
    {
        byte[] file = Make(64 * 1024);
        IFileSender sender = Sender(true, file);
        XmodemReceiver receiver = new(new() { Ymodem = true, LikeUBoot = true });
        TransferLine line = new(sender, receiver) { Latency = TimeSpan.FromMilliseconds(3) };
        line.Run();
        Assert.InRange(file.Length / line.Now.TotalSeconds, 10_000, 11_520);
    }

    [Fact]
    public void A_peer_that_asks_for_sums_gets_sums()
    {
        byte[] file = Make(4000);
        XmodemSender sender = new(file, new() { Baud = 115200 });
        XmodemReceiver receiver = new(new() { Crc = false });
        new TransferLine(sender, receiver).Run();
        Assert.Equal(TransferState.Done, sender.State);
        Assert.True(receiver.File.Span[..4000].SequenceEqual(file));
    }

    [Theory]
    [InlineData(true, 0.0005)]
    [InlineData(false, 0.0005)]
    [InlineData(true, 0.002)]
    [InlineData(false, 0.002)]
    public void Damage_costs_time_and_nothing_else(bool likeUBoot, double each)
    {
        // U-Boot takes the number of block 4 for the end of the file when the byte before it is lost.
        int failed = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            byte[] file = Make(20_000 + seed);
            IFileSender sender = Sender(true, file);
            XmodemReceiver receiver = new(new() { Ymodem = true, LikeUBoot = likeUBoot });
            TransferLine line = new(sender, receiver, seed: seed) { Drop = each * 2 / 3, Flip = each / 3 };
            line.Run();
            if (sender.State == TransferState.Done)
                Assert.True(receiver.File.Span.SequenceEqual(file), $"seed {seed}: other bytes");
            else
                failed++;
        }
        Assert.InRange(failed, 0, likeUBoot ? 2 : 1);
    }

    [Fact]
    public void A_loader_that_prints_in_the_middle_has_left()
    {
        YmodemSender sender = new(Make(5000), "x");
        sender.Take("\r\nC"u8, default);
        sender.Next(default, out _);
        sender.Take([6], TimeSpan.FromMilliseconds(20));
        sender.Next(TimeSpan.FromMilliseconds(100), out _);
        sender.Take("\r\n## Total Size"u8, TimeSpan.FromMilliseconds(120));
        Assert.Equal((TransferState.Failed, TransferFault.PeerLeft), (sender.State, sender.Fault));
    }

    /// <summary>A byte too many leaves the last one of the block for the next header, and U-Boot takes a lone 04 there for the end.</summary>
    [Fact]
    public void Doubled_bytes_end_in_the_file_or_in_a_fault()
    {
        int failed = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            byte[] file = Make(20_000 + seed);
            IFileSender sender = Sender(true, file);
            XmodemReceiver receiver = new(new() { Ymodem = true, LikeUBoot = true });
            new TransferLine(sender, receiver, seed: seed) { Double = 0.0002 }.Run();
            if (sender.State == TransferState.Done)
                Assert.True(receiver.File.Span.SequenceEqual(file), $"seed {seed}: other bytes");
            else
                failed++;
        }
        Assert.InRange(failed, 0, 10);
    }

    [Fact]
    public void Lost_bytes_do_not_cost_two_seconds_each()
    {
        byte[] file = Make(64 * 1024);
        IFileSender sender = Sender(true, file);
        XmodemReceiver receiver = new(new() { Ymodem = true, LikeUBoot = true });
        TransferLine line = new(sender, receiver, seed: 3) { Drop = 0.0003 };
        line.Run();
        Assert.True(sender.Repeats >= 10);
        Assert.True(line.Now < TimeSpan.FromSeconds(25), $"{line.Now}, {sender.Repeats} repeats");
    }

    [Theory]
    [InlineData("")]
    [InlineData("U-Boot 2023.01 # Card: Cannot\r\n")]
    public void Nobody_asks_then_it_ends_and_says_so(string text)
    {
        YmodemSender sender = new(Make(100), "a");
        sender.Take(System.Text.Encoding.ASCII.GetBytes(text), default);
        Assert.True(sender.Next(default, out TimeSpan? wake).IsEmpty);
        Assert.NotNull(wake);
        Assert.False(sender.Next(wake.Value, out _).IsEmpty);
        Assert.Equal((TransferState.Failed, TransferFault.NoStart), (sender.State, sender.Fault));
    }

    [Fact]
    public void Two_cancels_end_it_and_one_does_not()
    {
        XmodemSender sender = new(Make(1000));
        sender.Take("C"u8, default);
        sender.Next(default, out _);
        sender.Take([0x18], TimeSpan.FromMilliseconds(1));
        Assert.Equal(TransferState.Running, sender.State);
        sender.Take([0x18], TimeSpan.FromMilliseconds(2));
        Assert.Equal((TransferState.Failed, TransferFault.CancelledByPeer), (sender.State, sender.Fault));
        Assert.True(sender.Next(TimeSpan.FromSeconds(1), out TimeSpan? wake).IsEmpty);
        Assert.Null(wake);
    }

    [Fact]
    public void A_peer_that_refuses_for_ever_is_given_up()
    {
        XmodemSender sender = new(Make(1000));
        sender.Take("C"u8, default);
        TimeSpan now = default;
        for (int i = 0; i < 100 && sender.State != TransferState.Failed; i++)
        {
            sender.Next(now, out _);
            now += TimeSpan.FromSeconds(1);
            sender.Take([0x15], now);
        }
        Assert.Equal(TransferFault.Refused, sender.Fault);
    }

    [Fact]
    public void Random_bytes_never_break_either_side()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            IFileSender sender = seed % 3 == 0 ? new KermitSender(Make(3000), "a", 115200) : Sender(seed % 3 == 1, Make(3000));
            IFileReceiver receiver = seed % 3 == 0 ? new KermitReceiver(10_000) : new XmodemReceiver(new() { Ymodem = seed % 3 == 1, Limit = 10_000 });
            byte[] noise = new byte[50];
            byte[] likely = [0x01, 0x02, 0x04, 0x06, 0x15, 0x18, (byte)'C', 0, 0xFF, 0x1A];
            TimeSpan now = default;
            for (int i = 0; i < 400; i++)
            {
                random.NextBytes(noise);
                for (int k = 0; k < noise.Length; k += 2)
                    noise[k] = likely[random.Next(likely.Length)];
                now += TimeSpan.FromMilliseconds(random.Next(3000));
                sender.Take(noise, now);
                receiver.Take(noise, now);
                sender.Next(now, out _);
                receiver.Next(now, out _);
            }
            Assert.True(receiver.File.Length <= 10_000);
        }
    }

    internal static byte[] Make(int size)
    {
        byte[] file = new byte[size];
        new Random(size).NextBytes(file);
        if (size > 0)
            file[^1] = 0x42;
        return file;
    }

    private static IFileSender Sender(bool ymodem, byte[] file)
    {
        XmodemOptions options = new() { Baud = 115200 };
        return ymodem ? new YmodemSender(file, "image.bin", options) : new XmodemSender(file, options);
    }
}
