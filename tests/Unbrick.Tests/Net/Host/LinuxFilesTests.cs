using System.Net.NetworkInformation;
using Unbrick.Net.Host;
using Unbrick.Net.Native;

namespace Unbrick.Tests.Net.Host;

/// <summary>What is read from sysfs and procfs, with folders that look like them.</summary>
public sealed class LinuxFilesTests : IDisposable
{
    private const string UdpTable = """
           sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
          281: 00000000:0045 00000000:0000 07 00000000:00000000 00:00000000 00000000   113        0 18341 2 0000000000000000 0
          282: 0100007F:0277 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 555 2 0000000000000000 0
          283: 00000000:0043 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 0 2 0000000000000000 0
          torn line

        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("unbrick-test-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void The_holder_of_a_port_is_found_by_its_socket()
    {
        Write("net/udp", UdpTable);
        Process(812, "dnsmasq\n", "socket:[18341]");
        Process(9, "other\n", "socket:[18342]");
        Assert.Equal("dnsmasq (pid 812)", LinuxUdpPorts.OwnerOf(_root.FullName, 69));
        Assert.Null(LinuxUdpPorts.OwnerOf(_root.FullName, 70));
        Assert.Null(LinuxUdpPorts.OwnerOf(_root.FullName, 67)); // inode 0: the kernel's own or already closing
    }

    [Fact]
    public void All_who_hold_it_are_named_in_the_order_of_their_ids()
    {
        Write("net/udp6", UdpTable);
        Process(1000, "tftpd\n", "socket:[18341]");
        Process(1, "systemd\n", "socket:[18341]");
        Assert.Equal("systemd (pid 1) for a .socket unit, tftpd (pid 1000)", LinuxUdpPorts.OwnerOf(_root.FullName, 69));
    }

    [Fact]
    public void Without_the_right_to_look_the_user_is_named()
    {
        Write("net/udp", UdpTable);
        Directory.CreateDirectory(Path.Combine(_root.FullName, "812")); // its fd folder cannot be read
        Assert.Equal("a program of user id 113", LinuxUdpPorts.OwnerOf(_root.FullName, 69));
    }

    [Fact]
    public void A_program_cannot_paint_the_screen_with_its_name()
    {
        Write("net/udp", UdpTable);
        Process(812, "\u001b[2Jx\n", "socket:[18341]");
        Assert.Equal("\\x1b[2Jx (pid 812)", LinuxUdpPorts.OwnerOf(_root.FullName, 69));
    }

    [Fact]
    public void Without_procfs_nobody_is_known() => Assert.Null(LinuxUdpPorts.OwnerOf(Path.Combine(_root.FullName, "none"), 69));

    [Fact]
    public void A_usb_adapter_has_a_device_and_a_speed()
    {
        Write("class/net/x0/uevent", "INTERFACE=x0\nIFINDEX=3\n");
        Write("class/net/x0/speed", "100\n");
        Directory.CreateDirectory(Path.Combine(_root.FullName, "class/net/x0/device"));
        Assert.Equal(new SysfsFacts(true, true, false, null, 100), SysfsFacts.Read(_root.FullName, Link(carrier: true)));
        Assert.Null(SysfsFacts.Read(_root.FullName, Link(carrier: false)).SpeedMbit);
    }

    [Fact]
    public void A_radio_says_so()
    {
        Write("class/net/x0/uevent", "DEVTYPE=wlan\nINTERFACE=x0\n");
        Write("class/net/x0/speed", "-1\n");
        Directory.CreateDirectory(Path.Combine(_root.FullName, "class/net/x0/phy80211"));
        Assert.Equal(new SysfsFacts(true, false, true, "wlan", null), SysfsFacts.Read(_root.FullName, Link(carrier: true)));
    }

    [Fact]
    public void An_adapter_that_sysfs_does_not_know_is_not_listed() =>
        Assert.False(SysfsFacts.Read(_root.FullName, Link(carrier: true)).Listed);

    private static NetlinkLink Link(bool carrier) =>
        new(3, "x0", 1, 1, PhysicalAddress.None, 1500, HasMaster: false, Kind: null, carrier, PromotesSecondaries: false);

    private void Process(int pid, string name, string open)
    {
        Write($"{pid}/comm", name);
        string folder = Directory.CreateDirectory(Path.Combine(_root.FullName, $"{pid}/fd")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "0"), "/dev/null");
        File.CreateSymbolicLink(Path.Combine(folder, "3"), open);
    }

    private void Write(string path, string text)
    {
        string full = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
