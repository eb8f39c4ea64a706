using System.Buffers.Binary;
using System.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Transfer;
using Unbrick.Sim.Consoles;

namespace Unbrick.Tests.Sim.Consoles;

public class ConsoleSimTests
{
    public static TheoryData<string, string, string> Loaders { get; } = new()
    {
        { "breed", "\u0003", "breed> " },
        { "cfe", "\u0003", "CFE> " },
        { "gl-inet", "gl", "uboot> " },
        { "pepe2k", " ", "u-boot> " },
        { "ralink", "4", "MT7621 # " },
        { "realtek", "\u001b", "<RealTek>" },
        { "redboot", "\u0003", "RedBoot> " },
        { "routerboot", " ", "your choice: " },
        { "tp-link", "tpl", "ap135> " },
        { "u-boot", " ", "\n=> " },
    };

    [Theory]
    [MemberData(nameof(Loaders))]
    public void Its_key_from_power_on_stops_it_whatever_the_timing(string loader, string key, string prompt)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Bench bench = new($"sim:console/{loader}?seed={seed}");
            Assert.True(bench.Stop(key, prompt), $"seed {seed}: {bench.All}");
            Assert.Empty(bench.Device.Forbidden);
            Assert.False(bench.Device.HasStartedKernel);
        }
    }

    [Theory]
    [InlineData("breed")]
    [InlineData("cfe")]
    [InlineData("realtek")]
    [InlineData("redboot")]
    [InlineData("routerboot")]
    public void Left_alone_it_starts_its_kernel(string loader)
    {
        Bench bench = new($"sim:console/{loader}");
        bench.Until("Linux version", 30);
        Assert.True(bench.Device.HasStartedKernel);
    }

    [Theory]
    [InlineData("ralink", 0x18_0000)]
    [InlineData("tp-link", 0x2_0000)]
    [InlineData("u-boot", 0x10_0000)]
    public void Left_alone_it_starts_the_image_in_flash_or_says_what_is_wrong_with_it(string loader, int at)
    {
        Bench bench = new($"sim:console/{loader}");
        Kernel(5000).CopyTo(bench.Device.Flash[at..]);
        bench.Until("Linux version", 60);

        bench = new($"sim:console/{loader}");
        byte[] bad = Kernel(5000);
        bad[300] ^= 1;
        bad.CopyTo(bench.Device.Flash[at..]);
        bench.Until("Bad Data CRC", 60);
    }

    [Fact]
    public void The_same_seed_is_the_same_boot_and_another_is_not()
    {
        Bench first = new("sim:console/u-boot?seed=5"), same = new("sim:console/u-boot?seed=5"), other = new("sim:console/u-boot?seed=6");
        first.Until("autoboot");
        same.Until("autoboot");
        other.Until("autoboot");
        Assert.Equal(first.All, same.All);
        Assert.Equal(first.Time.Elapsed, same.Time.Elapsed);
        Assert.NotEqual(first.Time.Elapsed, other.Time.Elapsed);
    }

    [Fact]
    public void Entries_that_overwrite_the_loader_are_noted_and_write_nothing()
    {
        foreach (string key in (string[])["7", "9"])
        {
            Bench bench = new("sim:console/ralink");
            bench.Until("via TFTP. \r\n   3");
            bench.Until(" 5 ");
            bench.Type(key);
            bench.Until($"You choosed {key}");
            bench.Listen(1);
            Assert.Single(bench.Device.Forbidden);
            Assert.Equal(0, bench.Device.ErasedSectors);
        }
    }

    [Fact]
    public void The_old_answer_stands_in_the_line_and_ctrl_u_takes_it_away()
    {
        Bench bench = new("sim:console/ralink");
        bench.Until(" 5 ");
        bench.Type("2");
        bench.Until("(Y/N)");
        bench.Type("Y");
        bench.Until("Input device IP (192.168.31.1) ==:192.168.31.1");
        bench.Type("\u0015192.168.1.9\r");
        bench.Until("Input server IP (192.168.31.2) ==:192.168.31.2");
        bench.Type("00\r");
        bench.Until("Input Linux Kernel filename () ==:");
        bench.Type("a.bin\r");
        bench.Until("TFTP from server 192.168.31.200; our IP address is 192.168.1.9");
        bench.Type("\u0003");
        bench.Until("MT7621 # ");
        Assert.Equal(0, bench.Device.ErasedSectors);
    }

    [Fact]
    public void The_shell_of_u_boot_knows_quotes_variables_and_codes()
    {
        Bench bench = new("sim:console/u-boot");
        Assert.True(bench.Stop(" ", "\n=> "));
        Assert.Equal("@m 0\n", bench.Run("echo @\"\"m $?", "=> "));
        Assert.Equal("1\n", bench.Run("false; echo $?", "=> "));
        bench.Run("setenv a 'b;c'", "=> ");
        Assert.Equal("a=b;c\n", bench.Run("printenv a", "=> "));
        Assert.Equal("b;c-0x40200000\n", bench.Run("echo ${a}-$loadaddr", "=> "));
        Assert.Contains("Unknown command 'nonsense'", bench.Run("nonsense", "=> "), StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_outlives_its_power()
    {
        Bench bench = new("sim:console/u-boot");
        Assert.True(bench.Stop(" ", "\n=> "));
        bench.Run("setenv nonce 1234", "=> ");
        Assert.EndsWith("OK\n", bench.Run("saveenv", "=> "), StringComparison.Ordinal);
        bench.Device.PowerCycle();
        Assert.True(bench.Stop(" ", "\n=> "));
        Assert.Equal("nonce=1234\n", bench.Run("printenv nonce", "=> "));
        bench.Device.Flash.Span[0x3_0010] ^= 1;
        bench.Device.PowerCycle();
        bench.Until("bad CRC, using default environment");
    }

    [Fact]
    public void Flash_is_protected_erased_written_and_compared_as_u_boot_does()
    {
        Bench bench = new("sim:console/u-boot");
        bench.Device.Flash.Span.Fill(0x5A);
        Assert.True(bench.Stop(" ", "\n=> "));
        bench.Run("mw.b 40200000 c3 20000", "=> ");
        bench.Run("protect on 4400000 +20000", "=> ");
        Assert.Contains("2 protected sectors will not be erased", bench.Run("erase 4400000 +20000", "=> "), StringComparison.Ordinal);
        bench.Run("protect off 4400000 +20000", "=> ");
        Assert.Contains("Flash not Erased", bench.Run("cp.b 40200000 4400000 20000", "=> "), StringComparison.Ordinal);
        Assert.Contains("Erased 2 sectors", bench.Run("erase 4400000 +20000", "=> "), StringComparison.Ordinal);
        Assert.Contains("done", bench.Run("cp.b 40200000 4400000 20000", "=> "), StringComparison.Ordinal);
        Assert.Contains("Total of 131072 byte(s) were the same", bench.Run("cmp.b 40200000 4400000 20000", "=> "), StringComparison.Ordinal);
        Assert.Contains($"==> {Crc32.Zlib(bench.Device.Flash.Span.Slice(0x40_0000, 0x2_0000)):x8}", bench.Run("crc32 4400000 20000", "\n=> "), StringComparison.Ordinal);
        Assert.Contains("SF: 65536 bytes @ 0x400000 Read: OK", bench.Run("sf probe; sf read 40300000 400000 10000", "=> "), StringComparison.Ordinal);
        Assert.Equal("40300000: c3 c3 c3 c3 c3 c3 c3 c3 c3 c3 c3 c3 c3 c3 c3 c3  ................\n", bench.Run("md.b 40300000 10", "=> "));
    }

    [Theory]
    [InlineData("loady")]
    [InlineData("loadx")]
    [InlineData("loadb")]
    public void A_file_is_loaded_over_the_line_at_nearly_its_rate(string command)
    {
        Bench bench = new("sim:console/u-boot");
        Assert.True(bench.Stop(" ", "\n=> "));
        byte[] file = new byte[0x1_0000];
        new Random(3).NextBytes(file);
        bench.Type(command + " 40200000\r");
        bench.Until("bps...\r\n");
        TimeSpan start = bench.Time.Elapsed;
        XmodemOptions options = new() { Baud = 115200 };
        IFileSender sender = command switch
        {
            "loady" => new YmodemSender(file, "a", options),
            "loadx" => new XmodemSender(file, options),
            _ => new KermitSender(file, "a", 115200),
        };
        sender.Take(Encoding.Latin1.GetBytes(bench.All[^1] == 'C' ? "C" : ""), default);
        Assert.True(FileTransfer.Send(bench.Port, sender, bench.Time, cancel: TestContext.Current.CancellationToken), $"{sender.Fault} at {sender.Acknowledged}");
        Assert.Equal(0, sender.Repeats);
        Assert.InRange(file.Length / (bench.Time.Elapsed - start).TotalSeconds, 9_000, 11_520);
        bench.Until("## Total Size      = 0x00010000 = 65536 Bytes");
        Assert.Equal(file, bench.Device.ReadMemory(0x4020_0000, file.Length));
    }

    [Fact]
    public void Entry_2_fetches_a_file_from_a_server_on_the_same_clock_burns_it_and_starts_it()
    {
        Bench bench = new("sim:console/ralink?seed=3");
        byte[] image = Kernel(700_000);
        using ConsoleFileServer server = new(bench.Console, "openwrt.bin", image);
        bench.Until(" 5 ");
        bench.Type("2");
        bench.Until("(Y/N)");
        bench.Type("Y");
        bench.Until("==:192.168.31.1");
        bench.Type("\r");
        bench.Until("==:192.168.31.2");
        bench.Type("\r");
        bench.Until("filename () ==:");
        bench.Type("openwrt.bin\r");
        bench.Until($"Bytes transferred = {image.Length} ");
        bench.Until("Done!");
        bench.Until("Starting kernel", 30);
        Assert.True(bench.Device.Flash.Span[0x18_0000..].StartsWith(image));
        Assert.Equal(11, bench.Device.ErasedSectors);
    }

    [Fact]
    public void Tftpboot_fetches_a_file_and_says_how_long_it_is()
    {
        Bench bench = new("sim:console/u-boot");
        byte[] image = Kernel(300_000);
        using ConsoleFileServer server = new(bench.Console, "a.bin", image);
        Assert.True(bench.Stop(" ", "\n=> "));
        Assert.Contains("`serverip' not set", bench.Run("setenv ipaddr 192.168.31.1; tftpboot 40200000 a.bin", "\n=> "), StringComparison.Ordinal);
        Assert.Contains("Bytes transferred = 300064 (49420 hex)", bench.Run("setenv serverip 192.168.31.2; tftpboot 40200000 a.bin", "\n=> "), StringComparison.Ordinal);
        Assert.Equal("filesize=49420\n", bench.Run("printenv filesize", "=> "));
        Assert.Equal(image, bench.Device.ReadMemory(0x4020_0000, image.Length));
        Assert.Contains("not found", bench.Run("tftpboot 40200000 none.bin", "\n=> "), StringComparison.Ordinal);
    }

    [Fact]
    public void By_a_real_clock_the_board_lives_in_real_time()
    {
        using ISerialPort port = ConsoleSims.Open("sim:console/realtek?power-on=0s", TimeProvider.System);
        byte[] buffer = new byte[64];
        long start = TimeProvider.System.GetTimestamp();
        SerialRead read = SerialRead.Silent;
        for (int i = 0; i < 50 && read == SerialRead.Silent; i++)
            read = port.Read(buffer, TimeSpan.FromMilliseconds(100), out _);
        Assert.Equal(SerialRead.Data, read);
        Assert.True(TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMilliseconds(20));
    }

    internal static byte[] Kernel(int size)
    {
        byte[] image = new byte[64 + size];
        new Random(size).NextBytes(image.AsSpan(64));
        BinaryPrimitives.WriteUInt32BigEndian(image, 0x2705_1956);
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(12), (uint)size);
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(24), Crc32.Zlib(image.AsSpan(64)));
        "MIPS OpenWrt Linux-5.15.134"u8.CopyTo(image.AsSpan(32));
        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(4), Crc32.Zlib(image.AsSpan(0, 64)));
        return image;
    }
}
