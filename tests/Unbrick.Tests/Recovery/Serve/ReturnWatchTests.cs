using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class ReturnWatchTests
{
    private static readonly IPAddress s_loader = IPAddress.Parse("192.168.0.86");
    private static readonly PhysicalAddress s_mac = new([2, 0, 0, 0, 0, 1]);
    private static readonly PhysicalAddress s_other = new([2, 0, 0, 0, 0, 2]);

    private readonly ReturnWatch _watch = new(s_loader, s_mac, "recovery.bin");

    [Fact]
    public void The_same_hardware_with_another_address_is_back()
    {
        _watch.OnHeard(Arp(s_mac, "192.168.0.1"));
        Assert.Equal((AfterLast.Back, "02:00:00:00:00:01 came back as 192.168.0.1"), (_watch.State, _watch.Evidence));
    }

    [Fact]
    public void The_loader_itself_is_not_back()
    {
        _watch.OnHeard(Arp(s_mac, "192.168.0.86"));
        _watch.OnHeard(Arp(s_mac, "0.0.0.0"));
        Assert.Equal(AfterLast.Waiting, _watch.State);
    }

    [Fact]
    public void Other_hardware_is_only_the_device_when_the_link_went_down_before()
    {
        _watch.OnHeard(Arp(s_other, "192.168.0.1"));
        Assert.Equal(AfterLast.Waiting, _watch.State);
        _watch.OnLink(LinkState.Up);
        _watch.OnHeard(Arp(s_other, "192.168.0.1"));
        Assert.Equal(AfterLast.Waiting, _watch.State);
        _watch.OnLink(LinkState.Down);
        _watch.OnHeard(Arp(s_other, "192.168.0.1"));
        Assert.Equal((AfterLast.Back, "02:00:00:00:00:02 came back as 192.168.0.1"), (_watch.State, _watch.Evidence));
    }

    [Fact]
    public void Firmware_that_asks_by_dhcp_after_the_link_went_is_back_and_a_loader_that_does_so_is_not()
    {
        HeardFrame dhcp = new(HeardKind.Udp, s_mac, IPAddress.Any, IPAddress.Broadcast, 68, 67, default);
        _watch.OnHeard(dhcp);
        Assert.Equal(AfterLast.Waiting, _watch.State);
        _watch.OnLink(LinkState.Down);
        _watch.OnHeard(dhcp with { DestinationPort = 69 });
        Assert.Equal(AfterLast.Waiting, _watch.State);
        _watch.OnHeard(dhcp);
        Assert.Equal("02:00:00:00:00:01 came back and asks for an address by DHCP", _watch.Evidence);
    }

    [Fact]
    public void The_same_name_from_the_same_address_once_more_is_a_refusal_and_final()
    {
        _watch.OnRequest(s_loader, "other.bin");
        _watch.OnRequest(IPAddress.Parse("192.168.0.87"), "recovery.bin");
        Assert.Equal(AfterLast.Waiting, _watch.State);
        _watch.OnRequest(s_loader, "recovery.bin");
        _watch.OnHeard(Arp(s_mac, "192.168.0.1"));
        Assert.Equal(AfterLast.AskedAgain, _watch.State);
    }

    private static HeardFrame Arp(PhysicalAddress mac, string sender) =>
        new(HeardKind.ArpRequest, mac, IPAddress.Parse(sender), IPAddress.Parse("192.168.0.66"), 0, 0, default);
}
