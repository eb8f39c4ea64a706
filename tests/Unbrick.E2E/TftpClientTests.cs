using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>The TFTP clients that people have: curl, tftp-hpa, atftp.</summary>
public sealed class TftpClientTests
{
    private const int OddSize = 300_001;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("512")]
    [InlineData("1468")]
    public async Task Curl_gets_the_file(string blockSize)
    {
        Needs.Namespaces("curl");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string served = scratch.Serve("recovery.bin", OddSize);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        Ended ended = await cable.Device.RunAsync(
            "curl", "-sS", "--tftp-blksize", blockSize, "-o", scratch.Beside("got"), $"tftp://{Cable.ServerAddress}/recovery.bin");

        AssertSame(served, scratch.Beside("got"), ended);
    }

    [Theory]
    [InlineData("binary", OddSize)]
    [InlineData("binary", 0x2_0000)] // a whole number of blocks: ends with an empty one
    [InlineData("binary", 0)]
    [InlineData("ascii", OddSize)]   // random bytes hold CR, LF and CR at a block's edge
    public async Task Tftp_hpa_gets_the_file(string mode, int size)
    {
        Needs.Namespaces("tftp");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string served = scratch.Serve("recovery.bin", size);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        Ended ended = await cable.Device.RunAsync(
            "tftp", "-m", mode, Cable.ServerAddress, "-c", "get", "recovery.bin", scratch.Beside("got"));

        AssertSame(served, scratch.Beside("got"), ended);
    }

    [Theory]
    [InlineData("blksize 512")]
    [InlineData("blksize 1468")]
    [InlineData("windowsize 16")]
    public async Task Atftp_gets_the_file(string option)
    {
        Needs.Namespaces("atftp");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string served = scratch.Serve("recovery.bin", OddSize);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        Ended ended = await cable.Device.RunAsync(
            "atftp", "--option", option, "-g", "-r", "recovery.bin", "-l", scratch.Beside("got"), Cable.ServerAddress);

        AssertSame(served, scratch.Beside("got"), ended);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public async Task Windows_are_granted_and_bring_the_right_bytes(int windowSize)
    {
        Needs.Namespaces();
        Needs.Tool("tftpload");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string served = scratch.Serve("recovery.bin", 4 << 20);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        JsonElement summary = await LoadClient.GetAsync(cable, served, s_limit, "-b", "1468", "-w", $"{windowSize}", "-t");

        LoadClient.AssertRight(summary);
        Assert.Contains("tsize 4194304", summary.Text("oack"), StringComparison.Ordinal);
        if (windowSize > 1)
            Assert.Contains("windowsize", summary.Text("oack"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_error_1_with_a_text_for_the_console()
    {
        Needs.Namespaces("tftp");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", OddSize);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        Ended ended = await cable.Device.RunAsync("tftp", Cable.ServerAddress, "-c", "get", "firmware.img", scratch.Beside("got"));

        Assert.Matches(@"Error code 1: \w", ended.Output + ended.Errors); // boot loaders print this text
    }

    [Theory]
    [InlineData("new.bin")]
    [InlineData("recovery.bin")]
    public async Task An_upload_is_refused_and_nothing_is_written(string name)
    {
        Needs.Namespaces("tftp");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", OddSize);
        string[] before = scratch.Served();
        await File.WriteAllTextAsync(scratch.Beside("upload"), "from the device", TestContext.Current.CancellationToken);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        Ended ended = await cable.Device.RunAsync("tftp", Cable.ServerAddress, "-c", "put", scratch.Beside("upload"), name);

        Assert.Contains("Error code", ended.Output + ended.Errors, StringComparison.Ordinal);
        Assert.Equal(before, scratch.Served());
    }

    private static void AssertSame(string served, string got, Ended ended)
    {
        Assert.True(File.Exists(got), ended.ToString());
        Assert.True(File.ReadAllBytes(served).AsSpan().SequenceEqual(File.ReadAllBytes(got)), "other bytes than served; " + ended);
    }
}
