using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Host;

namespace Unbrick.Tests.Net.Host;

public sealed class CommandNetworkHostTests
{
    private const string Adapter = "Ethernet 2";

    private static readonly AdapterAddress s_address = new(IPAddress.Parse("192.168.0.66"), 24);

    private static readonly NeighborEntry s_neighbor = new(IPAddress.Parse("192.168.11.1"), PhysicalAddress.Parse("02-AA-BB-CC-DD-20"));

    private readonly List<HostCommand> _run = [];
    private readonly List<AdapterAddress> _addresses = [];
    private CommandResult _result;
    private bool _privileged = true;

    [Fact]
    public void On_windows_an_address_is_added_until_the_next_restart_only()
    {
        Host(HostCommands.Windows).AddAddress(Adapter, s_address);
        Assert.Equal(
            ["interface", "ipv4", "add", "address", "name=Ethernet 2", "address=192.168.0.66", "mask=255.255.255.0", "store=active"],
            Assert.Single(_run).Arguments);
        Assert.Equal("netsh.exe", Path.GetFileName(_run[0].Program));
    }

    [Fact]
    public void On_windows_it_is_removed_by_its_address()
    {
        _addresses.Add(s_address);
        Host(HostCommands.Windows).RemoveAddress(Adapter, s_address);
        Assert.Equal(
            ["interface", "ipv4", "delete", "address", "name=Ethernet 2", "address=192.168.0.66", "store=active"],
            Assert.Single(_run).Arguments);
    }

    [Fact]
    public void On_a_mac_it_is_an_alias()
    {
        CommandNetworkHost host = Host(HostCommands.Mac);
        host.AddAddress(Adapter, s_address);
        _addresses.Add(s_address);
        host.RemoveAddress(Adapter, s_address);
        host.Enable(Adapter);
        host.Disable(Adapter);
        Assert.All(_run, command => Assert.Equal("/sbin/ifconfig", command.Program));
        Assert.Equal(
            [
                "Ethernet 2 inet 192.168.0.66 netmask 255.255.255.0 alias", "Ethernet 2 inet 192.168.0.66 -alias", "Ethernet 2 up",
                "Ethernet 2 down",
            ],
            _run.Select(command => string.Join(' ', command.Arguments)));
    }

    [Fact]
    public void A_fixed_neighbour_is_netsh_on_windows_and_arp_on_a_mac()
    {
        Host(HostCommands.Windows).AddNeighbor(Adapter, s_neighbor);
        Host(HostCommands.Mac).AddNeighbor(Adapter, s_neighbor);
        Assert.Equal(
            [
                "interface ipv4 add neighbors interface=Ethernet 2 address=192.168.11.1 neighbor=02-aa-bb-cc-dd-20 store=active",
                "-s 192.168.11.1 02:aa:bb:cc:dd:20 ifscope Ethernet 2",
            ],
            _run.Select(command => string.Join(' ', command.Arguments)));
    }

    [Theory]
    [InlineData("  Internetadresse       Physische Adresse     Typ\r\n  192.168.11.1          02-aa-bb-cc-dd-20     statisch\r\n", true)]
    [InlineData("? (192.168.11.1) at 2:aa:bb:cc:dd:20 on en7 ifscope permanent [ethernet]\n", true)]
    [InlineData("? (192.168.11.1) at (incomplete) on en7 ifscope [ethernet]\n", false)]
    [InlineData("? (192.168.11.10) at 2:aa:bb:cc:dd:20 on en7 ifscope [ethernet]\n", false)]
    [InlineData("", false)]
    public void Only_a_neighbour_that_is_there_is_removed(string table, bool there)
    {
        _result = new(0, table);
        Host(HostCommands.Windows).RemoveNeighbor(Adapter, s_neighbor);
        Assert.Equal(there ? 2 : 1, _run.Count);
        Assert.Equal(there ? s_neighbor : null, Host(HostCommands.Mac).FixedNeighbor(Adapter, s_neighbor.Address));
    }

    [Theory]
    [InlineData("02:aa:bb:cc:dd:20", true)]
    [InlineData("02-AA-BB-CC-DD-20", true)]
    [InlineData("2:aa:bb:cc:dd:20", true)]
    [InlineData("01:00:5e:00:00:01", false)]
    [InlineData("ff:ff:ff:ff:ff:ff", false)]
    [InlineData("00:00:00:00:00:00", false)]
    [InlineData("02:aa:bb:cc:dd", false)]
    [InlineData("02:aa:bb:cc:dd:20:21", false)]
    [InlineData("02:aa:bb:cc:dd:2g", false)]
    [InlineData("02:aa:bb:cc::20", false)]
    [InlineData("02:aa:bb:cc: d:20", false)]
    [InlineData("", false)]
    public void A_hardware_address_of_one_device_is_read(string text, bool good) =>
        Assert.Equal(good, NeighborEntry.TryReadMac(text, out _));

    [Fact]
    public void An_address_that_is_there_is_not_added()
    {
        _addresses.Add(s_address);
        Assert.Equal(NetworkFailure.AddressExists, Failure(host => host.AddAddress(Adapter, s_address)));
        Assert.Empty(_run);
    }

    [Fact]
    public void An_address_that_is_gone_needs_no_removing()
    {
        Host(HostCommands.Windows).RemoveAddress(Adapter, s_address);
        Assert.Empty(_run);
    }

    [Fact]
    public void A_name_that_is_no_adapter_never_becomes_an_argument()
    {
        Assert.Equal(NetworkFailure.NoSuchAdapter, Failure(host => host.AddAddress("-x", s_address)));
        Assert.Equal(NetworkFailure.NoSuchAdapter, Failure(host => host.RemoveAddress("-x", s_address)));
        Assert.Equal(NetworkFailure.NoSuchAdapter, Failure(host => host.Enable("-x")));
        Assert.Equal(NetworkFailure.NoSuchAdapter, Failure(host => host.Disable("-x")));
        Assert.Empty(_run);
    }

    [Theory]
    [InlineData(false, NetworkFailure.NotPermitted)]
    [InlineData(true, NetworkFailure.Other)]
    public void A_refusal_is_a_matter_of_rights_when_we_have_none(bool privileged, NetworkFailure expected)
    {
        _result = new(1, "Der angeforderte Vorgang erfordert erhöhte Rechte.\r\n");
        _privileged = privileged;
        Assert.Equal(expected, Failure(host => host.AddAddress(Adapter, s_address)));
    }

    [Fact]
    public void Netstat_names_the_holder_of_a_port()
    {
        const string List = """

            Aktive Verbindungen

              Proto  Lokale Adresse         Remoteadresse          Status           PID
              UDP    0.0.0.0:69             *:*                                    4711
              UDP    127.0.0.1:69           *:*                                    4711
              UDP    0.0.0.0:169            *:*                                    1
              TCP    0.0.0.0:69             0.0.0.0:0              LISTENING       2
            """;
        Assert.Equal("tftpd64 (pid 4711)", WindowsUdpPorts.OwnerOf(List, 69, pid => pid == 4711 ? "tftpd64" : null));
        Assert.Equal("a program (pid 1)", WindowsUdpPorts.OwnerOf(List, 169, _ => null));
        Assert.Null(WindowsUdpPorts.OwnerOf(List, 9, _ => null));
    }

    [Theory]
    [InlineData(NetworkInterfaceType.Ethernet, "Ethernet", "Realtek PCIe GbE Family Controller", false, AdapterKind.Ethernet)]
    [InlineData(NetworkInterfaceType.Ethernet, "Ethernet 2", "ASIX USB to Gigabit Ethernet Family Adapter", false, AdapterKind.Ethernet)]
    [InlineData(NetworkInterfaceType.Ethernet, "vEthernet (WSL)", "Hyper-V Virtual Ethernet Adapter", false, AdapterKind.Virtual)]
    [InlineData(NetworkInterfaceType.Ethernet, "Ethernet 3", "TAP-Windows Adapter V9", false, AdapterKind.Virtual)]
    [InlineData(NetworkInterfaceType.Wireless80211, "WLAN", "Intel(R) Wi-Fi 6 AX200", false, AdapterKind.Wireless)]
    [InlineData(NetworkInterfaceType.Loopback, "lo0", "lo0", true, AdapterKind.Loopback)]
    [InlineData(NetworkInterfaceType.Ethernet, "en7", "en7", true, AdapterKind.Ethernet)]
    [InlineData(NetworkInterfaceType.Ethernet, "awdl0", "awdl0", true, AdapterKind.Virtual)]
    [InlineData(NetworkInterfaceType.Tunnel, "utun3", "utun3", true, AdapterKind.Virtual)]
    public void On_other_systems_the_kind_is_told_by_type_name_and_description(
        NetworkInterfaceType type, string name, string description, bool mac, AdapterKind expected) =>
        Assert.Equal(expected, PortableAdapters.KindOf(type, name, description, mac));

    [Fact]
    public void Looking_the_portable_way_finds_the_loopback() =>
        Assert.Contains(PortableAdapters.Look(), adapter => adapter.Kind == AdapterKind.Loopback);

    private NetworkFailure Failure(Action<INetworkHost> act) =>
        Assert.Throws<NetworkException>(() => act(Host(HostCommands.Mac))).Failure;

    private CommandNetworkHost Host(HostCommands commands) => new(
        commands,
        () => throw new InvalidOperationException(),
        () => [new(Adapter, 5, PhysicalAddress.None, AdapterKind.Ethernet, true, LinkState.Up, 100, 1500, [.. _addresses])],
        command =>
        {
            _run.Add(command);
            return _result;
        },
        () => _privileged);
}
