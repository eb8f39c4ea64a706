using Unbrick.E2E.Lab;
using Unbrick.E2E.Native;

namespace Unbrick.E2E;

/// <summary>What the program changes on this machine it takes back, even after it was killed.</summary>
public sealed class HostAddressTests
{
    private const string Ours = Cable.ServerAddress + "/24";

    [Fact]
    public async Task The_address_is_there_during_the_run_and_gone_afterwards()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);

        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, Command(scratch, Ours));
        string[] during = await cable.Server.AddressesAsync(Cable.Adapter);
        await server.StopAsync();

        Assert.Equal([Ours], during);
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
    }

    [Fact]
    public async Task An_address_that_was_there_before_stays()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);

        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, Command(scratch, Ours));
        await server.StopAsync();

        Assert.Equal([Ours], await cable.Server.AddressesAsync(Cable.Adapter));
    }

    [Fact]
    public async Task What_a_killed_run_left_is_removed_by_the_next()
    {
        Needs.Namespaces();
        const string next = "192.168.78.1/24";
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);

        await using (RunningServer killed = await RunningServer.StartAsync(cable, scratch, Command(scratch, Ours)))
        {
            killed.Send(Signal.Kill);
            await killed.EndAsync(TimeSpan.FromSeconds(10));
        }
        string[] left = await cable.Server.AddressesAsync(Cable.Adapter);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, Command(scratch, next));
        string[] during = await cable.Server.AddressesAsync(Cable.Adapter);
        await server.StopAsync();

        Assert.Equal([Ours], left);
        Assert.Equal([next], during);
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
    }

    /// <summary>As a network manager does it when a device that starts lets the link fall.</summary>
    [Fact]
    public async Task An_address_that_went_with_the_link_is_there_again_when_the_link_is()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, [.. Command(scratch, Ours), "--json"]);

        await cable.Device.ConfigureAsync("link", "set", Cable.Adapter, "down");
        await cable.Server.ConfigureAsync("addr", "del", Ours, "dev", Cable.Adapter);
        await server.UntilAsync(line => line.Is("wire") && line.Text("what") == "link-down", "word of the fallen link");
        await cable.Device.ConfigureAsync("link", "set", Cable.Adapter, "up");
        await server.UntilAsync(line => line.Is("note") && line.Text("text")!.Contains("there again", StringComparison.Ordinal), "word of the address");
        string[] after = await cable.Server.AddressesAsync(Cable.Adapter);
        await server.StopAsync();

        Assert.Equal([Ours], after);
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
    }

    /// <summary>Both ways of asking a program to end, while a slow device is loading.</summary>
    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    public async Task A_signal_in_the_middle_of_a_transfer_ends_it_and_removes_the_address(int signal)
    {
        Needs.Namespaces();
        Needs.Tool("tftpload");
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false);
        using Scratch scratch = new();
        string served = scratch.Serve("recovery.bin", 16 << 20);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, [.. Command(scratch, Ours), "--json"]);
        await using Peer device = cable.Device.Start(
            [Paths.LabTool("tftpload"), "-q", "uboot113", "-l", "10", "-L", "10", "-r", served, Cable.ServerAddress, "recovery.bin"]);
        await server.UntilAsync(line => line.Is("progress") || line.Is("wire"), "sign of the transfer");

        server.Send(signal);
        Ended ended = await server.EndAsync(TimeSpan.FromSeconds(2)); // the promise

        Assert.Contains(ended.ExitCode, (int[])[0, 130]);
        Assert.True(JsonLines.Parse(ended.Output)[^1].Is("result"), ended.ToString());
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
    }

    private static string[] Command(Scratch scratch, string address) =>
    [
        Paths.Unbrick, "serve", "--root", scratch.Root, "--interface", Cable.Adapter, "--address", address, "--no-dhcp",
        "--until", "forever",
    ];
}
