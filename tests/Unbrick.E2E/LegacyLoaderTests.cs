using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>
/// The boot loader in most routers: U-Boot 1.1.3 to v2020.07 as modelled by lab/net/tftpload.c. It ignores a repeated block without an
/// acknowledgement, waits 5 s and gives up at the 11th time-out of a transfer.
/// </summary>
[Collection(Alone.Name)]
public sealed class LegacyLoaderTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(150);

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("5")]
    public async Task Loss_costs_it_none_of_its_ten_time_outs(string lossPercent)
    {
        Needs.Namespaces();
        Needs.Tool("tftpload");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string served = scratch.Serve("recovery.bin", 2_000_000);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        JsonElement summary = await LoadClient.GetAsync(
            cable, served, s_limit, "-q", "uboot113", "-l", lossPercent, "-L", lossPercent, "-s", "7");

        LoadClient.AssertRight(summary);
        Assert.Equal(0, summary.GetProperty("timeouts").GetInt32());
    }

    /// <summary>RFC 1123 section 4.2.3.1: answering a repeated acknowledgement with data doubles all that follows.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("8")]
    public async Task Doubled_acknowledgements_do_not_double_the_data(string windowSize)
    {
        Needs.Namespaces();
        Needs.Tool("tftpload");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        string served = scratch.Serve("recovery.bin", 8 << 20);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeFiles(scratch));

        JsonElement summary = await LoadClient.GetAsync(cable, served, s_limit, "-d", "-b", "1468", "-w", windowSize);

        LoadClient.AssertRight(summary);
        Assert.Equal(0, summary.GetProperty("dup_data").GetInt32());
        Assert.Equal(0, summary.GetProperty("timeouts").GetInt32());
    }
}
