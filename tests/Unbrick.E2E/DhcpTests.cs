using System.Net;
using System.Text.Json;
using Unbrick.E2E.Lab;

namespace Unbrick.E2E;

/// <summary>Addresses, for the DHCP clients that people have, and in the words of a DHCP server that everybody has.</summary>
public sealed class DhcpTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Busybox_gets_a_lease_with_server_and_boot_file()
    {
        Needs.Namespaces("busybox");
        await using Cable cable = await Cable.LayAsync(deviceHasAddress: false);
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);
        string hook = WriteHook(scratch, "$1");
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeAddresses(scratch));

        Ended ended = await cable.Device.RunAsync(
            ["busybox", "udhcpc", "-i", Cable.Adapter, "-f", "-q", "-n", "-s", hook, "-O", "bootfile", "-O", "tftp"], s_limit);

        Dictionary<string, string> lease = ReadHook(scratch, "bound", ended);
        AssertFromPool(lease["ip"]);
        Assert.Equal("255.255.255.0", lease["subnet"]);
        Assert.Equal(Cable.ServerAddress, lease["serverid"]);
        Assert.Equal(Cable.ServerAddress, lease["siaddr"]);
        Assert.Equal("recovery.bin", lease.GetValueOrDefault("bootfile") ?? lease.GetValueOrDefault("boot_file"));
    }

    [Fact]
    public async Task Isc_dhclient_gets_a_lease_with_server_and_boot_file()
    {
        Needs.Namespaces("dhclient");
        await using Cable cable = await Cable.LayAsync(deviceHasAddress: false);
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);
        string hook = WriteHook(scratch, "$reason");
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, UnbrickCommand.ServeAddresses(scratch));

        await using Peer client = cable.Device.Start(
        [
            "dhclient", "-d", "-1", "-sf", hook, "-lf", scratch.Beside("leases"), "-pf", scratch.Beside("pid"), "-cf", "/dev/null",
            Cable.Adapter,
        ]);
        while (!File.Exists(scratch.Beside("lease.BOUND")) && !client.HasExited)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);

        Dictionary<string, string> lease = ReadHook(scratch, "BOUND", new(0, client.Output, client.Errors));
        AssertFromPool(lease["new_ip_address"]);
        Assert.Equal("255.255.255.0", lease["new_subnet_mask"]);
        Assert.Equal(Cable.ServerAddress, lease["new_dhcp_server_identifier"]);
        Assert.Equal(Cable.ServerAddress, lease["new_next_server"]);
        Assert.Equal("recovery.bin", lease["new_filename"]);
    }

    [Fact]
    public async Task The_offer_says_what_dnsmasq_says()
    {
        Needs.Namespaces("dnsmasq", "python3");
        JsonElement ours = await OfferAsync(scratch => UnbrickCommand.ServeAddresses(scratch));
        JsonElement theirs = await OfferAsync(scratch =>
        [
            "dnsmasq", "-k", "-C", "/dev/null", "--log-facility=-", "--port=0", "--user=root", "--pid-file", "--leasefile-ro", "--no-ping",
            $"--interface={Cable.Adapter}", "--bind-interfaces", $"--dhcp-range={Cable.Pool.Replace('-', ',')},1h",
            "--dhcp-boot=recovery.bin", "--enable-tftp", $"--tftp-root={scratch.Root}",
        ]);

        string[] fields = ["op", "htype", "hlen", "hops", "xid", "flags", "ciaddr", "siaddr", "giaddr", "chaddr", "cookie", "end"];
        Assert.All(fields, field => Assert.Equal(theirs.GetProperty(field).GetRawText(), ours.GetProperty(field).GetRawText()));
        foreach (string option in (string[])["type", "server_id", "subnet_mask"])
            Assert.Equal(Option(theirs, option)?.GetRawText(), Option(ours, option)?.GetRawText());
        // Where both of us choose to say it, we say the same.
        foreach (string option in (string[])["broadcast", "router"])
        {
            if (Option(ours, option) is { } said)
                Assert.Equal(Option(theirs, option)?.GetRawText(), said.GetRawText());
        }
        Assert.Equal(BootFile(theirs), BootFile(ours));
        AssertFromPool(ours.Text("yiaddr")!);
        Assert.True(Option(ours, "lease_time")!.Value.GetInt64() >= 60, ours.GetRawText());
        Assert.InRange(ours.GetProperty("length").GetInt32(), 300, 548); // BOOTP's least; RFC 2131's most, 576, less the headers
        Assert.Equal(0, ours.GetProperty("pads_before_end").GetInt32()); // U-Boot 1.1.3 takes a pad for an option with a length
    }

    [Fact]
    public async Task A_bootp_client_gets_a_bootp_answer()
    {
        Needs.Namespaces("python3");

        JsonElement answer = await OfferAsync(scratch => UnbrickCommand.ServeAddresses(scratch), "--bootp");

        AssertFromPool(answer.Text("yiaddr")!);
        Assert.Equal(Cable.ServerAddress, answer.Text("siaddr"));
        Assert.Equal("recovery.bin", answer.Text("file"));
        foreach (string option in (string[])["type", "lease_time", "server_id"])
            Assert.True(Option(answer, option) is null, $"{option} in a BOOTP answer: {answer}");
    }

    [Fact]
    public async Task A_second_dhcp_server_on_the_cable_makes_it_refuse_to_start()
    {
        Needs.Namespaces("dnsmasq");
        await using Cable cable = await Cable.LayAsync();
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);
        await using Peer rogue = cable.Device.Start(
        [
            "dnsmasq", "-k", "-C", "/dev/null", "--log-facility=-", "--port=0", "--user=root", "--pid-file", "--leasefile-ro", "--no-ping",
            $"--interface={Cable.Adapter}", "--bind-interfaces", "--dhcp-range=192.168.77.200,192.168.77.220,1h",
        ]);
        string[] before = await cable.Server.AddressesAsync(Cable.Adapter);

        Ended ended = await cable.Server.RunAsync([.. UnbrickCommand.ServeAddresses(scratch), "--json"], s_limit, scratch.Environment);

        Assert.True(ended.ExitCode == 4, ended.ToString());
        Assert.Contains("other-dhcp-server", UnbrickCommand.ProblemCodes(ended.Output));
        Assert.Contains(Cable.DeviceAddress, ended.Output, StringComparison.Ordinal);
        Assert.Equal(before, await cable.Server.AddressesAsync(Cable.Adapter));
    }

    /// <summary>What a server answers to the lab's DISCOVER, on a cable of its own.</summary>
    private static async Task<JsonElement> OfferAsync(Func<Scratch, string[]> command, params string[] how)
    {
        await using Cable cable = await Cable.LayAsync(deviceHasAddress: false);
        using Scratch scratch = new();
        scratch.Serve("recovery.bin", 3000);
        await using RunningServer server = await RunningServer.StartAsync(cable, scratch, command(scratch));
        Ended ended = await cable.Device.RunAsync(["python3", Paths.LabScript("dhcp-ask.py"), Cable.Adapter, .. how], s_limit);
        Assert.True(ended.ExitCode == 0, "no answer: " + ended);
        return JsonLines.Parse(ended.Output)[0];
    }

    private static JsonElement? Option(JsonElement offer, string name) =>
        offer.GetProperty("options").TryGetProperty(name, out JsonElement value) ? value : null;

    private static string? BootFile(JsonElement offer) => offer.GetProperty("options").Text("boot_file") ?? offer.Text("file");

    private static void AssertFromPool(string address)
    {
        Assert.StartsWith("192.168.77.", address, StringComparison.Ordinal);
        Assert.InRange<int>(IPAddress.Parse(address).GetAddressBytes()[3], 100, 150);
    }

    /// <summary>A script for the clients' hook that writes down what they got.</summary>
    private static string WriteHook(Scratch scratch, string reason)
    {
        string path = scratch.Beside("hook");
        string lease = scratch.Beside($"lease.{reason}");
        File.WriteAllText(path, $"#!/bin/sh\nenv >\"{lease}.new\" && mv \"{lease}.new\" \"{lease}\"\n");
        Scratch.Permit(path, 0b101_000_000);
        return path;
    }

    private static Dictionary<string, string> ReadHook(Scratch scratch, string reason, Ended client)
    {
        string path = scratch.Beside("lease." + reason);
        Assert.True(File.Exists(path), "no lease: " + client);
        return File.ReadLines(path)
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
