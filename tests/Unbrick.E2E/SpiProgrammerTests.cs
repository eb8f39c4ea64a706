using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>
/// The drivers against programmers that were written apart from them: a CH341A behind the libusb ABI, a serprog in Python, a spidev under the C library.
/// </summary>
public sealed class SpiProgrammerTests
{
    private const int NotUsable = 3, MiB = 1 << 20;

    private static readonly byte[] s_noise = VirtualChip.Noise(VirtualChip.Size);

    [Fact]
    public async Task A_CH341A_reads_16_MiB_in_the_time_of_the_bus()
    {
        Needs.SpiLab();
        using VirtualChip chip = new(s_noise);
        string file = chip.Beside("read.bin");
        Ended ended = await chip.UsbAsync(["read", "ch341a:1-2", file, $"{VirtualChip.Size}", "65536"]);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Contains("name=CH341A, USB bus 1 port 2\nid=ef4018\n", ended.Output);
        AssertSame(s_noise, file);
        Assert.InRange(chip.Seconds, 100, 123);
        Assert.Equal(0, chip.Report.GetProperty("usb").GetProperty("unknown_packets").GetInt32());
    }

    [Fact]
    public async Task A_CH341A_programs_65536_pages_in_one_queue()
    {
        Needs.SpiLab();
        using VirtualChip chip = new([]);
        string file = chip.Beside("new.bin");
        await File.WriteAllBytesAsync(file, s_noise, TestContext.Current.CancellationToken);
        Ended ended = await chip.UsbAsync(["program", "ch341a", file]);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Contains("rounds=1\n", ended.Output);
        AssertSame(s_noise, chip.Content);
        Assert.InRange(chip.Seconds, 150, 300);
        Assert.Equal((0, 0), (Count(chip, "ignored_busy"), Count(chip, "page_wraps")));
    }

    [Fact]
    public async Task Pages_that_were_late_are_seen_in_the_queue_and_put_again()
    {
        Needs.SpiLab();
        using VirtualChip chip = new([]);
        string file = chip.Beside("new.bin");
        byte[] few = VirtualChip.Noise(64 * 1024);
        await File.WriteAllBytesAsync(file, few, TestContext.Current.CancellationToken);
        Ended ended = await chip.UsbAsync(["program", "ch341a", file], ("VUSB_DEV_OUT", "2"), ("VUSB_SPI_HZ", "6000000"));

        Assert.True(ended.ExitCode == 0, ended.ToString());
        AssertSame([.. few, .. Enumerable.Repeat((byte)0xFF, VirtualChip.Size - few.Length)], chip.Content);
        Assert.NotEqual(0, Count(chip, "ignored_busy"));
    }

    [Fact]
    public async Task A_CH341A_that_is_pulled_out_in_the_middle_of_a_transfer_is_gone()
    {
        Needs.SpiLab();
        using VirtualChip chip = new(s_noise);
        Ended ended = await chip.UsbAsync(["read", "ch341a", chip.Beside("read.bin"), $"{MiB}", "4096"], ("VUSB_UNPLUG_CS", "100"));
        Assert.Equal((NotUsable, "fault=Gone"), (ended.ExitCode, ended.Output.Split('\n')[2]));
        Assert.Equal(1, chip.Report.GetProperty("usb").GetProperty("unplugged").GetInt32());
    }

    [Theory]
    [InlineData("ch341a", "1")]
    [InlineData("ch341a:1-3", "")]
    public async Task Where_there_is_no_CH341A_it_is_said(string programmer, string absent)
    {
        Needs.SpiLab();
        using VirtualChip chip = new([]);
        Ended ended = await chip.UsbAsync(["id", programmer], ("VUSB_ABSENT", absent));
        Assert.Equal((NotUsable, "fault=NotFound"), (ended.ExitCode, ended.Output.Split('\n')[0]));
    }

    [Fact]
    public async Task The_libusb_of_the_system_lists_what_is_there()
    {
        Needs.SpiLab();
        using VirtualChip chip = new([]);
        Ended ended = await chip.ProbeAsync(["id", "ch341a:255-1"]);
        Assert.Equal((NotUsable, "fault=NotFound\nmessage=no USB device 1a86:5512 at 255-1\n"), (ended.ExitCode, ended.Output));
    }

    [Fact]
    public async Task A_serprog_reads_and_programs_over_TCP()
    {
        Needs.SpiLab("python3");
        byte[] few = s_noise[..(2 * MiB)];
        using VirtualChip chip = new([]);
        string file = chip.Beside("new.bin"), read = chip.Beside("read.bin");
        await File.WriteAllBytesAsync(file, few, TestContext.Current.CancellationToken);
        (Peer server, string port) = await chip.SerprogAsync("--max-n", "4096");
        await using (server)
        {
            Ended ended = await chip.ProbeAsync(["program", $"serprog:127.0.0.1:{port}", file]);
            Assert.True(ended.ExitCode == 0, ended.ToString());
            await server.EndAsync(TimeSpan.FromSeconds(20));
        }
        Assert.Equal((8192, 0), (Count(chip, "prog_pages"), Count(chip, "ignored_busy")));
        (server, port) = await chip.SerprogAsync();
        await using (server)
        {
            Ended ended = await chip.ProbeAsync(["read", $"serprog:127.0.0.1:{port}", read, $"{few.Length}", "65536"]);
            Assert.True(ended.ExitCode == 0, ended.ToString());
        }
        AssertSame(few, read);
    }

    [Fact]
    public async Task A_serprog_reads_over_a_serial_port()
    {
        Needs.SpiLab("python3");
        using VirtualChip chip = new(s_noise);
        string read = chip.Beside("read.bin");
        (Peer server, string port) = await chip.SerprogAsync();
        await using (server)
        {
            await using Peer bridge = Peer.Start(["python3", Path.Combine(Paths.Repository, "bench", "spi", "pty_bridge.py"), port]);
            string serial = await VirtualChip.FirstLineAsync(bridge);
            Ended ended = await chip.ProbeAsync(["read", $"serprog:{serial}:2000000", read, $"{MiB}", "65536"]);
            Assert.True(ended.ExitCode == 0, ended.ToString());
            Assert.Contains($"name=vserprog (serprog:{serial}:2000000)\nid=ef4018\n", ended.Output);
        }
        AssertSame(s_noise[..MiB], read);
    }

    [Fact]
    public async Task A_serprog_that_closes_the_connection_is_gone_and_one_that_does_not_listen_is_not_found()
    {
        Needs.SpiLab("python3");
        using VirtualChip chip = new(s_noise);
        (Peer server, string port) = await chip.SerprogAsync("--disconnect-op", "50");
        await using (server)
        {
            Ended ended = await chip.ProbeAsync(["read", $"serprog:127.0.0.1:{port}", chip.Beside("read.bin"), $"{MiB}", "4096"]);
            Assert.Equal((NotUsable, "fault=Gone"), (ended.ExitCode, ended.Output.Split('\n')[2]));
            await server.EndAsync(TimeSpan.FromSeconds(20));
        }
        Ended again = await chip.ProbeAsync(["id", $"serprog:127.0.0.1:{port}"]);
        Assert.Equal((NotUsable, "fault=NotFound"), (again.ExitCode, again.Output.Split('\n')[0]));
    }

    [Fact]
    public async Task A_spidev_reads_and_programs_with_a_message_for_several_chip_selects()
    {
        Needs.SpiLab();
        using VirtualChip chip = new([]);
        const string device = "spidev:/dev/spidev0.0?speed=8000000";
        string file = chip.Beside("new.bin"), read = chip.Beside("read.bin");
        await File.WriteAllBytesAsync(file, s_noise, TestContext.Current.CancellationToken);
        Ended ended = await chip.SpidevAsync("program", device, file);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Equal((65_536, 0), (Count(chip, "prog_pages"), Count(chip, "ignored_busy")));
        Assert.InRange(chip.Report.GetProperty("messages").GetInt32(), 1, 20_000);

        ended = await chip.SpidevAsync("read", device, read, $"{VirtualChip.Size}");
        Assert.True(ended.ExitCode == 0, ended.ToString());
        AssertSame(s_noise, read);
        Assert.InRange(chip.Seconds, 16, 18);
    }

    private static int Count(VirtualChip chip, string what) => chip.Report.GetProperty("chip").GetProperty(what).GetInt32();

    private static void AssertSame(byte[] expected, string file) =>
        Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(file)), $"{file} is not what it should be");
}
