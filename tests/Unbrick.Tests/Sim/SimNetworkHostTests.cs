using System.Net;
using System.Text;
using Unbrick.Net.Host;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Loaders;

namespace Unbrick.Tests.Sim;

public sealed class SimNetworkHostTests
{
    private static readonly AdapterAddress s_address = new(LoaderBench.PcIp, 24);

    [Fact]
    public void There_is_one_adapter_and_its_carrier_is_the_cables()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11, CableFaultsParser.Parse("rate=10M,flap=10s+1s"));
        NetworkAdapter adapter = Assert.Single(bench.Host.Adapters());
        Assert.Equal(("sim0", LinkState.Down, null, 1500), (adapter.Name, adapter.Link, adapter.SpeedMbit, adapter.Mtu));
        Assert.Equal(s_address, Assert.Single(adapter.Addresses));
        bench.Answers(5);
        Assert.Equal((LinkState.Up, 10), (bench.Host.Adapters()[0].Link, bench.Host.Adapters()[0].SpeedMbit));
        bench.Answers(5.5);
        Assert.Equal(LinkState.Down, bench.Host.Adapters()[0].Link);
        bench.Answers(1);
        Assert.Equal(LinkState.Up, bench.Host.Adapters()[0].Link);
    }

    [Fact]
    public void A_disabled_adapter_hears_nothing_until_it_is_enabled()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11 with { TimeoutSeconds = 60 });
        bench.Host.Disable("sim0");
        Assert.Equal("", bench.Answers(4));
        Assert.False(bench.Host.Adapters()[0].Enabled);
        bench.Host.Enable("sim0");
        Assert.StartsWith("RRQ", bench.Answers(5));
    }

    [Fact]
    public void A_port_is_taken_once_unless_both_share_it_and_free_again_when_closed()
    {
        using INetworkStack stack = Open();
        IUdpPort first = stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 67)), _ => { });
        Assert.Equal(NetworkFailure.PortTaken, Failure(stack, new UdpBinding(new IPEndPoint(IPAddress.Any, 67))));
        Assert.Equal(NetworkFailure.PortTaken, Failure(stack, new UdpBinding(new IPEndPoint(LoaderBench.PcIp, 67))));
        Assert.Equal(NetworkFailure.PortTaken, Failure(stack, new UdpBinding(new IPEndPoint(IPAddress.Any, 67), Shared: true)));
        first.Dispose();
        stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 67), Shared: true), _ => { });
        stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 67), Shared: true), _ => { });
    }

    [Fact]
    public void A_foreign_address_and_a_foreign_adapter_are_refused()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        Assert.Equal(NetworkFailure.NoSuchAddress, Failure(bench.Stack, new UdpBinding(new IPEndPoint(LoaderBench.DeviceIp, 0))));
        NetworkException error = Assert.Throws<NetworkException>(() => bench.Host.AddAddress("eth0", s_address));
        Assert.Equal(NetworkFailure.NoSuchAdapter, error.Failure);
        Assert.Throws<NetworkException>(() => bench.Host.Disable("eth0"));
    }

    [Fact]
    public void An_address_is_added_once_and_taken_away_as_often_as_one_likes()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        NetworkException error = Assert.Throws<NetworkException>(() => bench.Host.AddAddress("sim0", s_address));
        Assert.Equal(NetworkFailure.AddressExists, error.Failure);
        bench.Host.RemoveAddress("sim0", s_address);
        bench.Host.RemoveAddress("sim0", s_address);
        Assert.Empty(bench.Host.Adapters()[0].Addresses);
    }

    [Fact]
    public void Free_ports_are_all_different()
    {
        using INetworkStack stack = Open();
        UdpBinding anyPort = new(new IPEndPoint(LoaderBench.PcIp, 0));
        int[] ports = [.. Enumerable.Range(0, 300).Select(_ => stack.OpenUdp(anyPort, _ => { }).Local.Port)];
        Assert.Equal(300, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 49_152, 65_535));
    }

    [Fact]
    public void Only_a_port_opened_for_broadcasts_may_send_one()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        IUdpPort port = bench.Stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 0)), _ => { });
        NetworkException error = Assert.Throws<NetworkException>(() => port.Send([1], new IPEndPoint(IPAddress.Broadcast, 9)));
        Assert.Equal(NetworkFailure.NotPermitted, error.Failure);
        Assert.Throws<NetworkException>(() => port.Send([1], new IPEndPoint(new IPAddress([192, 168, 1, 255]), 9)));
    }

    [Fact]
    public void A_port_with_a_peer_gets_its_peers_datagrams_and_the_general_port_the_others()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11).AfterRequest();
        List<string> heard = [];
        IUdpPort OpenPort(string name, UdpBinding binding) => bench.Stack.OpenUdp(binding, port => heard.Add(name + Take(port)[^1]));
        IUdpPort general = OpenPort("general ", new UdpBinding(new IPEndPoint(IPAddress.Any, 7777), Shared: true));
        IPEndPoint stranger = new(LoaderBench.DeviceIp, 1);
        OpenPort("stranger ", new UdpBinding(new IPEndPoint(LoaderBench.PcIp, 7777), stranger, Shared: true));
        IUdpPort special = OpenPort("special ", new UdpBinding(new IPEndPoint(LoaderBench.PcIp, 7777), bench.Client, Shared: true));
        // The loader answers to the port that block 1 came from: 7777, whichever of the three has sent.
        special.Send([0, 3, 0, 1, .. new byte[512]]);
        bench.Answers();
        special.Dispose();
        general.Send([0, 3, 0, 2, .. new byte[512]], bench.Client);
        bench.Answers();
        Assert.Equal(["special \u0001", "general \u0002"], heard);
    }

    [Fact]
    public void A_broadcast_reaches_ports_bound_to_any_address_but_not_to_one()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11, dhcp: true);
        List<string> any = [];
        List<string> one = [];
        bench.Stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 67), Shared: true), port => any.Add(Take(port)));
        bench.Stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 67), Shared: true), port => any.Add(Take(port)));
        bench.Stack.OpenUdp(new UdpBinding(new IPEndPoint(LoaderBench.PcIp, 67), Shared: true), port => one.Add(Take(port)));
        bench.Answers(4);
        Assert.Equal(["255.255.255.255", "255.255.255.255"], any.Select(text => text.Split(' ')[0]));
        Assert.Empty(one);
    }

    [Fact]
    public void A_datagram_to_a_closed_port_is_lost_and_a_long_one_is_cut_to_the_buffer()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        bench.Stack.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 70)), _ => Assert.Fail("nobody wrote here"));
        bench.Answers(4);
        using INetworkStack second = bench.Host.OpenStack();
        Assert.Equal(NetworkFailure.PortTaken, Failure(second, new UdpBinding(new IPEndPoint(IPAddress.Any, 69))));
        bench.Stack.Dispose();
        int length = 0;
        second.OpenUdp(new UdpBinding(new IPEndPoint(IPAddress.Any, 69)), port =>
        {
            Assert.True(port.TryReceive(new byte[4], out Arrival arrival));
            Assert.Equal((LoaderBench.PcIp, 2), (arrival.To, arrival.AdapterIndex));
            length = arrival.Length;
            Assert.False(port.TryReceive(new byte[4], out _));
        });
        second.Poll(TimeSpan.FromSeconds(6));
        Assert.Equal(4, length);
    }

    [Fact]
    public void A_tap_sees_arp_and_requests_as_whole_frames_but_not_the_transfer()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        List<string> seen = [];
        byte[] buffer = new byte[1514];
        bench.Stack.OpenTap(bench.Host.Adapters()[0], TapScope.Signs, tap =>
        {
            while (tap.TryReceive(buffer, out int length, out bool outgoing))
                seen.Add($"{(outgoing ? "out" : "in")} {Convert.ToHexString(buffer, 12, 2)} {length}");
        });
        bench.AfterRequest();
        bench.Data(1);
        // who-has (padded to 60), is-at, RRQ of 28 bytes (70 with headers).
        Assert.Equal(["in 0806 60", "out 0806 42", "in 0800 70"], seen);
    }

    [Fact]
    public void The_pc_asks_by_arp_for_a_neighbour_it_does_not_know_and_sends_what_waited()
    {
        LoaderBench bench = new LoaderBench(UBootTftpOptions.UBoot11, CableFaultsParser.Parse("flap=4s+0.1s")).AfterRequest();
        bench.Answers(2);
        List<string> seen = [];
        byte[] buffer = new byte[1514];
        bench.Stack.OpenTap(bench.Host.Adapters()[0], TapScope.Signs, tap =>
        {
            while (tap.TryReceive(buffer, out _, out bool outgoing))
                seen.Add($"{(outgoing ? "out" : "in")} {Convert.ToHexString(buffer, 12, 2)}");
        });
        Assert.Equal("ACK 1", bench.Data(1));
        Assert.Equal(["out 0806", "in 0806"], seen);
    }

    [Fact]
    public void Polling_moves_the_clock_and_ends_at_the_limit_at_something_readable_or_when_woken()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        bench.Stack.Poll(TimeSpan.FromMilliseconds(1500));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), bench.Stack.Now);
        bench.Stack.Wake();
        bench.Stack.Poll(TimeSpan.FromSeconds(60));
        Assert.Equal(TimeSpan.FromMilliseconds(1500), bench.Stack.Now);
        bench.Stack.Poll(TimeSpan.FromSeconds(60));
        Assert.Single(bench.Heard);
        Assert.InRange(bench.Stack.Now.TotalSeconds, 3, 3.5);
    }

    [Fact]
    public void The_pacer_hears_of_every_move_before_it_happens()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        List<TimeSpan> moves = [];
        bench.Host.Pacer = to =>
        {
            Assert.True(to > bench.Time.Elapsed);
            moves.Add(to);
        };
        bench.Answers(4);
        Assert.Equal(moves.Order(), moves);
        Assert.Equal(bench.Time.Elapsed, moves[^1]);
    }

    [Fact]
    public void Without_anything_to_come_waiting_for_ever_still_comes_back()
    {
        LoaderBench bench = new(UBootTftpOptions.UBoot11);
        bench.Router.PowerOff();
        bench.Stack.Poll(Timeout.InfiniteTimeSpan);
        Assert.Equal(TimeSpan.FromDays(1), bench.Stack.Now);
    }

    private static INetworkStack Open() => new LoaderBench(UBootTftpOptions.UBoot11).Host.OpenStack();

    private static NetworkFailure Failure(INetworkStack stack, UdpBinding binding) =>
        Assert.Throws<NetworkException>(() => stack.OpenUdp(binding, _ => { })).Failure;

    private static string Take(IUdpPort port)
    {
        byte[] buffer = new byte[2048];
        Assert.True(port.TryReceive(buffer, out Arrival arrival));
        return $"{arrival.To} {Encoding.Latin1.GetString(buffer, 0, arrival.Length)}";
    }
}
