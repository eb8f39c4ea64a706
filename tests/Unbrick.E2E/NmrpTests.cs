using System.Text.Json;
using Unbrick.E2E.Lab;
using Unbrick.E2E.Native;
using Unbrick.Sim.Devices;

namespace Unbrick.E2E;

/// <summary>
/// Netgear's recovery over a real cable. No program has the device's half of it, so the simulated device has to stand for it: nmrpflash, which
/// has recovered many real ones, recovers this one, too (behind a switch: it ends when its cable has no link); then <c>serve --nmrp</c> does.
/// </summary>
public sealed class NmrpTests
{
    private const string Sim = "sim:router/netgear-nmrp?write=2s&keep-alive=500ms";
    private const string Own = "10.164.183.252/24", Given = "10.164.183.253";
    private const int Size = 1_000_003;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Sim)]
    [InlineData(Sim + "&no-arp")]
    [InlineData("sim:router/netgear-nmrp?write=2s&keep-alive=0s&file=")] // the boot loader of 2008
    public async Task Nmrpflash_recovers_the_simulated_device(string address)
    {
        Needs.Namespaces();
        Needs.Tool("peers/nmrpflash/usr/bin/nmrpflash");
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false, deviceHasAddress: false);
        using Scratch scratch = new();
        string image = scratch.Serve("firmware.img", Size);
        SimulatedDevice device = SimulatedDevice.Start(cable, address, behindSwitch: true);
        await using (device)
        {
            Ended ended = await cable.Server.RunAsync([Nmrpflash, "-T", "60000", "-i", Cable.Adapter, "-f", image], s_limit);
            Assert.True(ended.ExitCode == 0, ended.ToString());
            await device.UntilAsync(() => Router(device).State == NetgearState.Closed, "good bye", s_limit);
        }
        AssertWritten(device, image);
    }

    [Fact]
    public async Task Nmrpflash_tells_it_its_region()
    {
        Needs.Namespaces();
        Needs.Tool("peers/nmrpflash/usr/bin/nmrpflash");
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false, deviceHasAddress: false);
        using Scratch scratch = new();
        string image = scratch.Serve("firmware.img", 3000);
        SimulatedDevice device = SimulatedDevice.Start(cable, Sim, behindSwitch: true);
        await using (device)
        {
            Ended ended = await cable.Server.RunAsync([Nmrpflash, "-T", "60000", "-i", Cable.Adapter, "-f", image, "-R", "WW"], s_limit);
            Assert.True(ended.ExitCode == 0, ended.ToString());
        }
        Assert.Equal((ushort)2, Router(device).Region);
    }

    [Theory]
    [InlineData(Sim)]
    [InlineData(Sim + "&no-arp")]
    [InlineData("fault:loss=5%,seed=3:" + Sim)]
    public async Task A_device_is_recovered_and_the_machine_is_as_before(string address)
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false, deviceHasAddress: false);
        using Scratch scratch = new();
        string image = scratch.Serve("firmware.img", Size);
        Ended ended;
        string[] addresses, neighbors;
        SimulatedDevice device = SimulatedDevice.Start(cable, address);
        await using (device)
        await using (Peer server = cable.Server.Start(Serve(image), scratch.Environment))
        {
            await device.UntilAsync(() => server.HasExited || Router(device).State == NetgearState.Writing, "file in the device", s_limit);
            addresses = await cable.Server.AddressesAsync(Cable.Adapter);
            neighbors = await Neighbors.FixedAsync(cable.Server);
            ended = await server.EndAsync(s_limit);
        }

        JsonElement result = JsonLines.Parse(ended.Output)[^1];
        Assert.True(ended.ExitCode == 0 && result.Text("outcome") == "sent", ended.ToString());
        AssertWritten(device, image);
        Assert.Equal([Own], addresses);
        Assert.Equal([$"{Given} {Mac(device)}"], neighbors);
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
        Assert.Empty(await Neighbors.FixedAsync(cable.Server));
    }

    [Fact]
    public async Task What_a_killed_run_left_is_taken_back_by_the_next_and_the_device_is_recovered_by_it()
    {
        Needs.Namespaces();
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false, deviceHasAddress: false);
        using Scratch scratch = new();
        string image = scratch.Serve("firmware.img", 8 << 20);
        Ended ended;
        string[] addresses, neighbors;
        SimulatedDevice device = SimulatedDevice.Start(cable, Sim);
        await using (device)
        {
            await using (Peer killed = cable.Server.Start(Serve(image), scratch.Environment))
            {
                await device.UntilAsync(() => Router(device).State == NetgearState.Loading, "transfer", s_limit);
                killed.Send(Signal.Kill);
                await killed.EndAsync(s_limit);
            }
            addresses = await cable.Server.AddressesAsync(Cable.Adapter);
            neighbors = await Neighbors.FixedAsync(cable.Server);
            await using Peer server = cable.Server.Start(Serve(image), scratch.Environment);
            ended = await server.EndAsync(s_limit);
        }

        Assert.Equal([Own], addresses);
        Assert.Equal([$"{Given} {Mac(device)}"], neighbors);
        Assert.Contains("leftover-removed", UnbrickCommand.ProblemCodes(ended.Output));
        Assert.True(ended.ExitCode == 0, ended.ToString());
        AssertWritten(device, image);
        Assert.Empty(await cable.Server.AddressesAsync(Cable.Adapter));
        Assert.Empty(await Neighbors.FixedAsync(cable.Server));
    }

    [Fact]
    public async Task Another_server_on_the_cable_is_told()
    {
        Needs.Namespaces();
        Needs.Tool("peers/nmrpflash/usr/bin/nmrpflash");
        await using Cable cable = await Cable.LayAsync(serverHasAddress: false, deviceHasAddress: false);
        using Scratch scratch = new();
        string image = scratch.Serve("firmware.img", 3000);
        await using Peer server = cable.Server.Start(Serve(image), scratch.Environment);
        await using Peer other = cable.Device.Start([Nmrpflash, "-i", Cable.Adapter, "-f", image]);

        DateTime end = DateTime.UtcNow + s_limit;
        while (!server.Output.Contains("nmrp-other-server", StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < end && !server.HasExited, $"{server.Output}\n{server.Errors}\n{other.Output}\n{other.Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
        server.Send(Signal.Interrupt);
        Ended ended = await server.EndAsync(s_limit);

        Assert.Equal(130, ended.ExitCode);
        Assert.Contains("nmrp-other-server", UnbrickCommand.ProblemCodes(ended.Output));
    }

    /// <summary>Debian's 0.9.14, which takes the seconds of -T, and its own 300, for milliseconds.</summary>
    private static string Nmrpflash => Paths.LabTool("peers/nmrpflash/usr/bin/nmrpflash");

    private static string[] Serve(string image) => [Paths.Unbrick, "serve", image, "--nmrp", "--interface", Cable.Adapter, "--watch", "1", "--json"];

    private static NetgearNmrp Router(SimulatedDevice device) => (NetgearNmrp)device.Device;

    private static string Mac(SimulatedDevice device) =>
        string.Join(':', device.Device.HardwareAddress.GetAddressBytes().Select(b => b.ToString("x2", null)));

    private static void AssertWritten(SimulatedDevice device, string image) =>
        Assert.True(Router(device).Flash.Span.SequenceEqual(File.ReadAllBytes(image)), $"{Router(device).Flash.Length} other bytes were written");
}
