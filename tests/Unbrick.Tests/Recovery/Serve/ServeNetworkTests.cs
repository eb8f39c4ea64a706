using System.Net;
using System.Text;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Host;
using Unbrick.Recovery.Host;
using Unbrick.Sim;
using Unbrick.Tests.Recovery.Host;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class ServeNetworkTests
{
    private static readonly byte[] s_image = ServeBench.Image(10_000);
    private static readonly byte[] s_request = [0, 1, .. Encoding.ASCII.GetBytes("image.bin\0octet\0")];

    [Fact]
    public void Another_dhcp_server_on_the_cable_ends_it_with_4_before_ours_says_a_word()
    {
        using ServeBench bench = new(time => WithDhcpServer(time)) { Journalled = true };
        bench.Device.PowerOn();

        UnbrickException e = Assert.Throws<UnbrickException>(() => bench.Run(ServeBench.Serve(null, s_image)));

        Assert.Equal((ExitCode.Refused, "other-dhcp-server"), (e.ExitCode, e.Problem.Code));
        Assert.Equal(["192.168.31.1 answered on sim0"], e.Problem.Seen);
        Assert.Equal(["add 192.168.31.100/24", "remove 192.168.31.100/24"], bench.Network.Changes);
    }

    [Fact]
    public void With_no_dhcp_another_server_is_no_matter()
    {
        using ServeBench bench = new(time => WithDhcpServer(time)) { Limit = TimeSpan.FromSeconds(20) };
        bench.Device.PowerOn();

        bench.Run(ServeBench.Serve(null, s_image) with { Dhcp = false });

        Assert.Empty(bench.Problems("other-dhcp-server"));
    }

    [Fact]
    public void A_server_that_appears_later_silences_our_dhcp_and_tftp_goes_on()
    {
        ScriptedDevice device = null!;
        using ServeBench bench = new(time => device = WithDhcpServer(time)) { Limit = TimeSpan.FromSeconds(60) };
        List<int> heard = [];
        bench.At(10, bench.Device.PowerOn);
        bench.At(10.1, () =>
        {
            device.Speaks = 0x0200_0000_0c0d; // somebody else behind the same switch
            device.AskArp("192.168.31.50", "192.168.31.1");
            device.Speaks = 0x0200_0000_0a0b;
        });
        bench.At(20, () =>
        {
            device.OnUdp = (_, _, toPort, _) => heard.Add(toPort);
            device.SendUdp("0.0.0.0", 68, "255.255.255.255", 67, Discover());
        });
        bench.At(25, () => device.SendUdp("192.168.31.1", 2000, "192.168.31.100", 69, s_request));

        ServeResult result = bench.Run(ServeBench.Serve(null, s_image));

        Assert.Equal(["192.168.31.1 answered on sim0"], bench.Problem("other-dhcp-server").Seen);
        Assert.Contains(result.Diagnosis, p => p.Code == "other-dhcp-server");
        Assert.DoesNotContain(68, heard); // the DISCOVER got no answer
        Assert.Contains(2000, heard); // the read request did
    }

    [Fact]
    public void No_link_is_said_once_after_5_seconds()
    {
        using ServeBench bench = new(time => new ScriptedDevice(time)) { Limit = TimeSpan.FromMinutes(3) };

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Equal(["sim0: no link for 5 s"], bench.Problem("no-carrier").Seen);
        Assert.InRange(SecondsOf(bench, "no-carrier"), 5, 5.5);
        Assert.Empty(bench.Problems("nothing-heard"));
    }

    [Fact]
    public void A_link_without_a_word_is_said_once_after_30_seconds_with_the_button_to_hold()
    {
        using ServeBench bench = new(time => new ScriptedDevice(time)) { Limit = TimeSpan.FromMinutes(3) };
        bench.At(2, bench.Device.PowerOn);

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Problem problem = bench.Problem("nothing-heard");
        Assert.Equal(["sim0: link up, no ARP, DHCP or TFTP from the device in 30 s"], problem.Seen);
        Assert.EndsWith("keep holding: WPS/Reset", problem.Try[0]);
        Assert.InRange(SecondsOf(bench, "nothing-heard"), 32, 32.8);
        Assert.Empty(bench.Problems("no-carrier"));
    }

    [Fact]
    public void A_device_that_says_anything_is_not_called_silent_and_a_server_for_ever_expects_nobody()
    {
        ScriptedDevice device = null!;
        using ServeBench speaks = new(time => device = new ScriptedDevice(time)) { Limit = TimeSpan.FromMinutes(2) };
        speaks.At(2, device.PowerOn);
        speaks.At(30, () => device.AskArp("192.168.0.86", "192.168.0.66"));
        speaks.Run(ServeBench.Serve("archer-c7-v2", s_image));
        using ServeBench waits = new(time => new ScriptedDevice(time)) { Limit = TimeSpan.FromMinutes(2) };
        waits.At(2, waits.Device.PowerOn);
        waits.Run(ServeBench.Serve("archer-c7-v2", s_image) with { Forever = true });

        Assert.Empty(speaks.Problems("nothing-heard"));
        Assert.Empty(waits.Problems("nothing-heard"));
    }

    [Fact]
    public void A_port_that_is_taken_names_its_owner_and_the_address_is_taken_back()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Journalled = true };
        using INetworkStack other = bench.Sim.OpenStack();
        other.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 69)), static _ => { });

        UnbrickException e = Assert.Throws<UnbrickException>(() => bench.Run(ServeBench.Serve("archer-c7-v2", s_image)));

        Assert.Equal((ExitCode.NotFound, "port-taken"), (e.ExitCode, e.Problem.Code));
        Assert.Contains("dnsmasq (pid 812)", e.Problem.Title);
        Assert.Equal(["add 192.168.0.66/24", "remove 192.168.0.66/24"], bench.Network.Changes);
    }

    [Fact]
    public void Missing_rights_end_it_with_3_and_leave_nothing()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Journalled = true };
        bench.Network.BeforeChange = () => throw new NetworkException(NetworkFailure.NotPermitted, "operation not permitted");

        UnbrickException e = Assert.Throws<UnbrickException>(() => bench.Run(ServeBench.Serve("archer-c7-v2", s_image)));

        Assert.Equal((ExitCode.NotFound, "not-permitted"), (e.ExitCode, e.Problem.Code));
        Assert.Contains("give sim0 the address 192.168.0.66/24", e.Problem.Title);
        Assert.Empty(bench.Sim.Adapters()[0].Addresses);
    }

    [Fact]
    public void Stopped_in_the_middle_it_ends_with_130_tells_the_device_and_takes_the_address_away()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Journalled = true, StopAt = e => e is Progress { Done: > 0 } };

        ServeResult result = bench.Run(ServeBench.Serve("archer-c7-v2", ServeBench.Image(4_000_000)));

        Assert.Equal(("failed", ExitCode.Interrupted, 0), (result.Outcome, result.Exit, result.Transfers));
        Assert.Equal(["interrupted"], result.Diagnosis.Select(p => p.Code));
        Assert.Equal("failed", Assert.Single(bench.Events.OfType<TransferEnded>()).Outcome);
        Assert.Equal(["add 192.168.0.66/24", "remove 192.168.0.66/24"], bench.Network.Changes);
        Assert.EndsWith("192.168.0.66/24 removed from sim0", bench.Said[^1]);
    }

    [Fact]
    public void An_adapter_that_is_off_is_switched_on_and_off_again_in_reverse_order()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Journalled = true, Limit = TimeSpan.FromSeconds(2) };
        bench.Sim.Disable("sim0");

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Equal(["enable sim0", "add 192.168.0.66/24", "remove 192.168.0.66/24", "disable sim0"], bench.Network.Changes);
    }

    [Fact]
    public void An_address_that_goes_with_the_link_is_there_again_when_the_link_is_and_is_taken_away_once()
    {
        using ServeBench bench = new(time => new ScriptedDevice(time)) { Journalled = true, Limit = TimeSpan.FromSeconds(20) };
        bench.At(2, bench.Device.PowerOn);
        bench.At(5, bench.Device.PowerOff);
        bench.At(6, () => bench.Sim.RemoveAddress("sim0", new AdapterAddress(IPAddress.Parse("192.168.0.66"), 24)));
        bench.At(7, bench.Device.PowerOn);

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Equal(["add 192.168.0.66/24", "add 192.168.0.66/24", "remove 192.168.0.66/24"], bench.Network.Changes);
        Assert.Contains(bench.Said, line => line.EndsWith("network: 192.168.0.66/24 had gone with the link; it is there again", StringComparison.Ordinal));
        Assert.EndsWith("192.168.0.66/24 removed from sim0", bench.Said[^1]);
        Assert.DoesNotContain(bench.Said, line => line.Contains("no longer", StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_that_a_killed_run_left_is_taken_away_and_set_anew_for_this_one()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Journalled = true };
        HostChanges killed = new(bench.Sim, new HostJournal(Path.Combine(bench.Folder, "host-changes.jsonl"), new FakeProcesses(2), bench.Time));
        killed.AddAddress("sim0", new AdapterAddress(IPAddress.Parse("192.168.0.66"), 24));

        ServeResult result = bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Equal("recovered", result.Outcome);
        Assert.Equal(["remove 192.168.0.66/24", "add 192.168.0.66/24", "remove 192.168.0.66/24"], bench.Network.Changes);
        Assert.Contains(result.Diagnosis, p => p.Code == "leftover-removed");
    }

    [Fact]
    public void Without_host_changes_nothing_is_touched()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Journalled = true };
        bench.Sim.AddAddress("sim0", new AdapterAddress(IPAddress.Parse("192.168.0.66"), 24));

        ServeResult result = bench.Run(ServeBench.Serve("archer-c7-v2", s_image) with { NoHostChanges = true });

        Assert.Equal("recovered", result.Outcome);
        Assert.Empty(bench.Network.Changes);
    }

    [Theory]
    [InlineData("eth1", AdapterKind.Ethernet, "address-elsewhere")]
    [InlineData("wlan0", AdapterKind.Wireless, "wifi-in-the-way")]
    public void A_second_adapter_in_the_same_network_is_warned_of(string name, AdapterKind kind, string code)
    {
        using ServeBench bench = new("sim:router/archer-c7-v2") { Limit = TimeSpan.FromSeconds(2) };
        bench.Network.Others.Add(ServeBench.Other(name, kind, "192.168.0.23/24"));

        bench.Run(ServeBench.Serve("archer-c7-v2", s_image) with { Interface = "sim0" });

        Assert.Equal([$"{name} has 192.168.0.23/24, sim0 has 192.168.0.66/24"], bench.Problem(code).Seen);
    }

    [Fact]
    public void Of_two_sockets_the_one_is_taken_on_which_something_happens()
    {
        using ServeBench bench = new("sim:router/archer-c7-v2");
        bench.Network.Others.Add(ServeBench.Other("eth1", AdapterKind.Ethernet, "10.1.1.1/24"));
        bench.Network.Others.Add(ServeBench.Other("wlan0", AdapterKind.Wireless));
        bench.Device.PowerOff();
        bench.At(7, bench.Device.PowerOn);

        ServeResult result = bench.Run(ServeBench.Serve("archer-c7-v2", s_image));

        Assert.Equal("recovered", result.Outcome);
        Assert.Contains(bench.Said, line => line.EndsWith("which of sim0 (link down), eth1 (link up) is it?", StringComparison.Ordinal));
        Assert.Contains(bench.Said, line => line.EndsWith("network: sim0 it is: its link came up", StringComparison.Ordinal));
    }

    [Fact]
    public void When_nothing_happens_on_any_of_them_in_a_minute_it_asks_for_a_name()
    {
        using ServeBench bench = new(time => new ScriptedDevice(time));
        bench.Network.Others.Add(ServeBench.Other("eth1", AdapterKind.Ethernet));

        UnbrickException e = Assert.Throws<UnbrickException>(() => bench.Run(ServeBench.Serve("archer-c7-v2", s_image)));

        Assert.Equal("adapter-unclear", e.Problem.Code);
        Assert.InRange(bench.Time.Elapsed.TotalSeconds, 60, 61);
    }

    [Theory]
    [InlineData("reboot-at=400", "device-rebooted")]
    [InlineData("erase=1.5s", "slow-flash")]
    public void A_device_that_restarts_in_the_middle_or_writes_while_it_loads_is_recovered_and_said_so(string habit, string code)
    {
        using ServeBench bench = new($"sim:router/archer-c7-v2?{habit}");

        ServeResult result = bench.Run(ServeBench.Serve("archer-c7-v2", ServeBench.Image(600_000)));

        Assert.Equal(("recovered", code), (result.Outcome, result.Diagnosis[0].Code));
        Assert.DoesNotContain(result.Diagnosis, p => p.Code is "line-loss" or "device-restarted");
    }

    private static double SecondsOf(ServeBench bench, string code) =>
        double.Parse(bench.Said.Single(line => line.Contains($" {code}:", StringComparison.Ordinal)).Split(' ')[0]);

    private static byte[] Discover() =>
        DhcpProbe.BuildDiscover(new System.Net.NetworkInformation.PhysicalAddress([2, 0, 0, 0, 0x0a, 0x0b]), 0x01020304);

    /// <summary>A home router: it answers DHCP as 192.168.31.1.</summary>
    private static ScriptedDevice WithDhcpServer(VirtualTime time)
    {
        DhcpServer server = new(new DhcpServerOptions
        {
            ServerAddress = IPAddress.Parse("192.168.31.1"),
            PoolFirst = IPAddress.Parse("192.168.31.20"),
            PoolLast = IPAddress.Parse("192.168.31.40"),
        });
        ScriptedDevice device = new(time) { Addresses = ["192.168.31.1"] };
        device.OnUdp = (from, fromPort, toPort, payload) =>
        {
            if (toPort != 67)
                return;
            DhcpActions actions = new();
            server.OnDatagram(payload, new IPEndPoint(from, fromPort), time.Elapsed, actions);
            foreach (DhcpSend send in actions.Sends)
                device.SendUdp("192.168.31.1", 67, "255.255.255.255", 68, send.Payload.ToArray());
        };
        return device;
    }
}
