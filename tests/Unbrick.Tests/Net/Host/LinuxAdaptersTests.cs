using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Host;
using Unbrick.Net.Native;

namespace Unbrick.Tests.Net.Host;

public sealed class LinuxAdaptersTests
{
    private const ushort Ethernet = 1;
    private const ushort Tunnel = 65534; // ARPHRD_NONE
    private const uint Up = 1;

    private static readonly SysfsFacts s_hardware = new(Listed: true, HasDevice: true, Wireless: false, DeviceType: null, SpeedMbit: 1000);
    private static readonly SysfsFacts s_software = new(Listed: true, HasDevice: false, Wireless: false, DeviceType: null, SpeedMbit: null);

    [Theory]
    [InlineData("veth", false, AdapterKind.Ethernet)]
    [InlineData("veth", true, AdapterKind.Virtual)] // docker's end of the pair, in its bridge
    [InlineData("tun", false, AdapterKind.Ethernet)] // with Ethernet frames it is a tap
    [InlineData("tun", true, AdapterKind.Virtual)] // a virtual machine's, in virbr0
    [InlineData("dsa", false, AdapterKind.Ethernet)]
    [InlineData("bridge", false, AdapterKind.Virtual)]
    [InlineData("bond", false, AdapterKind.Virtual)]
    [InlineData("dummy", false, AdapterKind.Virtual)]
    [InlineData("vlan", false, AdapterKind.Virtual)]
    [InlineData("macvlan", false, AdapterKind.Virtual)]
    public void Of_adapters_made_by_software_only_ends_of_cables_count(string kind, bool hasMaster, AdapterKind expected) =>
        Assert.Equal(expected, LinuxAdapters.KindOf(Link(kind, Ethernet, hasMaster), s_software));

    [Fact]
    public void Hardware_is_a_socket_unless_it_is_part_of_a_bridge_or_bond()
    {
        Assert.Equal(AdapterKind.Ethernet, LinuxAdapters.KindOf(Link(null, Ethernet), s_hardware));
        Assert.Equal(AdapterKind.Virtual, LinuxAdapters.KindOf(Link(null, Ethernet, hasMaster: true), s_hardware));
    }

    [Fact]
    public void Without_driver_kind_and_device_it_is_an_adapter_of_a_foreign_driver() =>
        Assert.Equal(AdapterKind.Virtual, LinuxAdapters.KindOf(Link(null, Ethernet), s_software));

    [Fact]
    public void Where_sysfs_is_missing_hardware_is_taken_for_granted() =>
        Assert.Equal(AdapterKind.Ethernet, LinuxAdapters.KindOf(Link(null, Ethernet), default));

    [Fact]
    public void Radios_modems_and_bluetooth_are_no_sockets()
    {
        Assert.Equal(AdapterKind.Wireless, LinuxAdapters.KindOf(Link(null, Ethernet), s_hardware with { Wireless = true }));
        Assert.Equal(AdapterKind.Wireless, LinuxAdapters.KindOf(Link(null, Ethernet), s_hardware with { DeviceType = "wlan" }));
        Assert.Equal(AdapterKind.Wireless, LinuxAdapters.KindOf(Link(null, 803), s_hardware));
        Assert.Equal(AdapterKind.Virtual, LinuxAdapters.KindOf(Link(null, Ethernet), s_hardware with { DeviceType = "wwan" }));
        Assert.Equal(AdapterKind.Virtual, LinuxAdapters.KindOf(Link(null, Ethernet), s_hardware with { DeviceType = "bluetooth" }));
        Assert.Equal(AdapterKind.Virtual, LinuxAdapters.KindOf(Link("wireguard", Tunnel), s_software));
        Assert.Equal(AdapterKind.Virtual, LinuxAdapters.KindOf(Link("tun", Tunnel), s_software));
    }

    [Fact]
    public void The_loopback_is_told_by_its_flag() =>
        Assert.Equal(AdapterKind.Loopback, LinuxAdapters.KindOf(Link(null, 772) with { Flags = Up | 8 }, s_software));

    [Theory]
    [InlineData(true, true, LinkState.Up, 1000)]
    [InlineData(true, false, LinkState.Down, 1000)]
    [InlineData(false, false, LinkState.Unknown, null)]
    public void The_cable_is_known_only_while_the_adapter_is_on(bool enabled, bool carrier, LinkState state, int? speed)
    {
        AdapterAddress address = new(IPAddress.Parse("192.168.0.66"), 24);
        NetworkAdapter adapter = LinuxAdapters.Describe(
            Link(null, Ethernet) with { Flags = enabled ? Up : 0, Carrier = carrier }, s_hardware, [address]);
        Assert.Equal((enabled, state, speed), (adapter.Enabled, adapter.Link, adapter.SpeedMbit));
        Assert.Equal([address], adapter.Addresses);
    }

    private static NetlinkLink Link(string? kind, ushort hardware, bool hasMaster = false) =>
        new(3, "x0", hardware, Up, PhysicalAddress.None, 1500, hasMaster, kind, Carrier: true, PromotesSecondaries: false);
}
