using Unbrick.Core;
using Unbrick.Recovery.Lines;
using Unbrick.Tests.Recovery.Loaders;

namespace Unbrick.Tests.Cli;

/// <summary><c>console flash</c> as a user types it, with a simulated router behind the port.</summary>
public sealed class ConsoleFlashTests : IDisposable
{
    private readonly StoryConsole _console = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("unbrick-test-").FullName;

    public void Dispose()
    {
        _console.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Firmware_goes_from_power_on_to_the_kernel_without_a_human_key_and_the_record_has_every_byte()
    {
        Assert.Equal(ExitCode.Done, await FlashAsync(_console, Image("r4ag-signed.bin"), WrongImages.Device, "--yes"));

        string said = await File.ReadAllTextAsync(Record(_console, ConsoleRecord.LogName)!, TestContext.Current.CancellationToken);
        Assert.Contains("Please choose the operation", said, StringComparison.Ordinal);
        Assert.Contains("Starting kernel", said, StringComparison.Ordinal);
        Assert.Equal("2Y\u0015192.168.31.123\r\u0015192.168.31.100\r\u0015unbrick.bin\r", await File.ReadAllTextAsync(Record(_console, ConsoleRecord.KeysName)!, TestContext.Current.CancellationToken));
        Assert.Contains("done: 1 step proven", _console.OutLines);
    }

    [Theory]
    [InlineData("r4ag-signed.bin", "xiaomi_mi-router-3g")]
    [InlineData("r4ag-signed.bin", "archer-c7-v2")]
    [InlineData("r4ag-compat20.on-1.0.bin", "xiaomi_mi-router-3g")]
    public async Task Firmware_of_another_device_is_refused(string image, string device)
    {
        Assert.Contains(await FlashAsync(_console, Image(image), device, "--yes", "--anyway"), new[] { ExitCode.BadImage, ExitCode.Refused });
        Assert.Null(Record(_console, ConsoleRecord.LogName));
    }

    [Fact]
    public async Task Wrong_images_of_all_kinds_are_refused_before_the_port_is_opened()
    {
        List<string> passed = [];
        int count = 0;
        foreach ((string name, byte[] bytes) in WrongImages.All())
        {
            count++;
            using StoryConsole console = new();
            string path = Path.Combine(_folder, $"{count}.bin");
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
            int code = await FlashAsync(console, path, WrongImages.Device, "--yes", "--anyway");
            // Not a byte was heard or typed: there is no record of a line.
            if (code is not (ExitCode.BadImage or ExitCode.Refused) || Record(console, ConsoleRecord.LogName) is not null)
                passed.Add($"{name}: {code}");
            Assert.Contains("error[", console.Error, StringComparison.Ordinal);
        }

        Assert.Empty(passed);
        Assert.InRange(count, 90, 200);
    }

    [Fact]
    public async Task A_plan_is_shown_and_nothing_is_sent()
    {
        Assert.Equal(ExitCode.Done, await FlashAsync(_console, Image("r4ag-signed.bin"), WrongImages.Device, "--dry-run"));

        Assert.Contains("planned: nothing was sent", _console.OutLines);
        Assert.Contains("15,204,352 bytes at 0x180000", _console.Error, StringComparison.Ordinal);
        Assert.Null(Record(_console, ConsoleRecord.LogName));
    }

    [Theory]
    [InlineData("y\n", ExitCode.Done)]
    [InlineData("n\n", ExitCode.Refused)]
    [InlineData("\n", ExitCode.Refused)]
    [InlineData(null, ExitCode.Refused)]
    public async Task It_asks_before_it_erases(string? typed, int code)
    {
        using StoryConsole console = new(terminal: true, typed: typed is null ? null : new StringReader(typed));

        Assert.Equal(code, await FlashAsync(console, Image("r4ag-signed.bin"), WrongImages.Device));
        Assert.Equal(code == ExitCode.Done, Record(console, ConsoleRecord.LogName) is not null);
    }

    private static Task<int> FlashAsync(StoryConsole console, string image, string device, params string[] more) => console.RunAsync(
        ["console", "flash", image, "--device", device, "-p", "sim:console/ralink?power=off&seed=3", "--address", "192.168.31.100/24", .. more]);

    private static string Image(string name) => Repository.PathOf($"samples/openwrt-sysupgrade/{name}");

    private static string? Record(StoryConsole console, string name) =>
        Directory.EnumerateFiles(console.StateFolder, name, SearchOption.AllDirectories).SingleOrDefault();
}
