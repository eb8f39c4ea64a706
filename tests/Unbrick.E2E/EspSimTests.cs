using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>
/// The simulated boards as Espressif's own esptool-js finds them, by DTR and RTS and the ROM loader alone: the same bytes come and go, and the boot text
/// tells what was written.
/// </summary>
public sealed class EspSimTests : IDisposable
{
    private const int Sector = 0x1000;
    /// <summary>An answer that a busy machine gave late counts as a disturbed line, and then every byte of the chip is read: two minutes.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(8);

    private readonly Scratch _scratch = new();

    [Theory]
    [InlineData("esp8266", "ESP8266EX", "5c:cf:7f:00:00:56", 26, "1MB")]
    [InlineData("esp8285", "ESP8285", "5c:cf:7f:00:00:56", 26, "1MB")]
    [InlineData("esp32", "ESP32-D0WD-V3", "24:0a:c4:00:00:56", 40, "1MB")]
    [InlineData("esp32c3", "ESP32-C3", "7c:df:a1:00:00:56", 40, "1MB")]
    [InlineData("esp32s3", "ESP32-S3", "7c:df:a1:00:00:56", 40, "1MB")]
    public async Task Esptool_js_finds_writes_and_verifies(string chip, string name, string mac, int crystal, string size)
    {
        SimulatedBoard.NeedsClient();
        string flash = _scratch.Serve("flash.bin", 0x10_0000), image = _scratch.Serve("image.bin", 0x2_1234);
        byte[] before = await File.ReadAllBytesAsync(flash, Token), wanted = await File.ReadAllBytesAsync(image, Token);
        await using (SimulatedBoard board = await SimulatedBoard.StartAsync(_scratch, "--chip", chip, "--board", "flash=1M", "--image", flash))
        {
            JsonElement result = SimulatedBoard.Result(await board.EsptoolAsync(image, "0x10000"));
            Assert.StartsWith(name, result.GetProperty("chip").GetString(), StringComparison.Ordinal);
            Assert.Equal(mac, result.GetProperty("mac").GetString());
            Assert.Equal(crystal, result.GetProperty("crystal").GetInt32());
            Assert.Equal(size, result.GetProperty("size").GetString());
            Assert.True(result.GetProperty("verified").GetBoolean());
            Assert.Equal(0, (await board.StopAsync()).ExitCode);
        }
        byte[] after = await File.ReadAllBytesAsync(flash, Token);
        Assert.Equal(wanted, after.AsSpan(0x1_0000, wanted.Length).ToArray());
        Assert.Equal(before[..0x1_0000], after[..0x1_0000]);
        // The ROM of an ESP8266 erases more than it is asked for; that is what this library meets there.
        int behind = chip.StartsWith("esp82", StringComparison.Ordinal) ? 0x6_0000 : (0x1_0000 + wanted.Length + Sector - 1) & -Sector;
        Assert.Equal(before[behind..], after[behind..]);
    }

    [Fact]
    public async Task What_the_old_firmware_left_makes_a_right_image_loop()
    {
        SimulatedBoard.NeedsClient();
        string image = _scratch.Beside("plug.bin");
        await File.WriteAllBytesAsync(image, Plug(), Token);
        await using SimulatedBoard board = await SimulatedBoard.StartAsync(_scratch, "--chip", "esp8285", "--fault", "leftovers,seed=4");
        JsonElement result = SimulatedBoard.Result(await board.EsptoolAsync(image, "0x0"));
        Assert.True(result.GetProperty("verified").GetBoolean());
        string boot = result.GetProperty("boot").GetString()!;
        Assert.Contains("boot mode:(3,6)", boot, StringComparison.Ordinal);
        Assert.Contains("system param error", boot, StringComparison.Ordinal);
        Assert.Contains("rst cause:4", boot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tcp", "0", "tcp:127.0.0.1:", "")]
    [InlineData("--rfc2217", "0", "rfc2217:127.0.0.1:", "")]
    [InlineData("--pty", "tty", "", "460800")]
    public async Task The_own_client_finds_flashes_and_starts_it_on_every_kind_of_port(string kind, string where, string scheme, string baud)
    {
        Assert.SkipUnless(kind != "--pty" || OperatingSystem.IsLinux(), "pseudo-terminals are a Linux thing");
        string image = _scratch.Beside("plug.bin");
        await File.WriteAllBytesAsync(image, Plug(), Token);
        string place = kind == "--pty" ? _scratch.Beside(where) : where;
        await using SimulatedBoard board = await SimulatedBoard.StartAtAsync(
            _scratch, kind, place, "--chip", "esp8285", "--board", kind == "--rfc2217" ? "strap=circuit" : "strap=low", "--fault", "leftovers,seed=4");
        string[] rate = baud.Length == 0 ? [] : ["--baud", baud];
        Ended ended = await Peer.RunAsync(
            [Paths.Unbrick, "esp", "flash", image, "--port", scheme + board.Place, .. rate, "--no-backup", "--yes", "--json"], s_longest,
            _scratch.Environment);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        JsonElement result = JsonLines.Parse(ended.Output)[^1];
        Assert.Equal("ESP8285", result.Text("chip"));
        Assert.Equal("5c:cf:7f:00:00:56", result.Text("mac"));
        Assert.Equal("done", result.Text("outcome"));
    }

    [Fact]
    public async Task A_board_that_never_enters_its_loader_is_not_found()
    {
        SimulatedBoard.NeedsClient();
        string image = _scratch.Serve("image.bin", 0x1000);
        await using SimulatedBoard board = await SimulatedBoard.StartAsync(_scratch, "--chip", "esp32", "--fault", "never");
        Ended ended = await board.EsptoolAsync(image, "0x0");
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("Failed to connect", ended.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A loader at 0 and a program at 0x1000, each with a right checksum.</summary>
    private static byte[] Plug()
    {
        byte[] plug = new byte[0x8000];
        plug.AsSpan().Fill(0xFF);
        Image(0x4010_f000, 0xE00).CopyTo(plug, 0);
        Image(0x4010_0000, 0x6000).CopyTo(plug, 0x1000);
        return plug;
    }

    private static byte[] Image(uint address, int length)
    {
        byte[] image = new byte[(16 + length | 15) + 1];
        (image[0], image[1], image[2], image[3]) = (0xE9, 1, 3, 0x20);
        BitConverter.TryWriteBytes(image.AsSpan(4), address);
        BitConverter.TryWriteBytes(image.AsSpan(8), address);
        BitConverter.TryWriteBytes(image.AsSpan(12), length);
        new Random(length).NextBytes(image.AsSpan(16, length));
        image[^1] = image.AsSpan(16, length).ToArray().Aggregate((byte)0xEF, (sum, value) => (byte)(sum ^ value));
        return image;
    }
}
