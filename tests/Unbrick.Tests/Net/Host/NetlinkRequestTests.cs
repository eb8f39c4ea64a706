using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Native;

namespace Unbrick.Tests.Net.Host;

/// <summary>
/// The bytes of addresses and links are those that <c>ip</c> of iproute2 6.1 sends for the same wish, taken with strace; those of neighbours
/// are made from linux/neighbour.h.
/// </summary>
public sealed class NetlinkRequestTests
{
    private const uint Sequence = 0x6b0110f4;
    private const string Header = "f410016b 00000000"; // sequence, to the kernel

    [Fact]
    public void Adding_an_address_asks_for_what_ip_addr_add_asks_for() => AssertBytes(
        "30000000 1400 0506" + Header // 48 bytes, RTM_NEWADDR, REQUEST|ACK|EXCL|CREATE
        + "02 18 00 00 03000000" // AF_INET, /24, adapter 3
        + "0800 0200 c0a80043" // IFA_LOCAL
        + "0800 0100 c0a80043" // IFA_ADDRESS
        + "0800 0400 c0a800ff", // IFA_BROADCAST
        NetlinkRequest.Add(Sequence, 3, new(IPAddress.Parse("192.168.0.67"), 24)));

    [Fact]
    public void A_prefix_of_31_bits_has_no_broadcast_address() => AssertBytes(
        "28000000 1400 0506" + Header + "02 1f 00 00 03000000" + "0800 0200 0a000001" + "0800 0100 0a000001",
        NetlinkRequest.Add(Sequence, 3, new(IPAddress.Parse("10.0.0.1"), 31)));

    [Fact]
    public void Removing_an_address_asks_for_what_ip_addr_del_asks_for() => AssertBytes(
        "28000000 1500 0500" + Header // RTM_DELADDR, REQUEST|ACK
        + "02 18 00 00 03000000" + "0800 0200 c0a80043" + "0800 0100 c0a80043",
        NetlinkRequest.Delete(Sequence, 3, new(IPAddress.Parse("192.168.0.67"), 24)));

    [Theory]
    [InlineData(true, "01000000")]
    [InlineData(false, "00000000")]
    public void Switching_changes_the_up_flag_and_no_other(bool up, string flags) => AssertBytes(
        "20000000 1000 0500" + Header + "00000000 03000000" + flags + "01000000", // RTM_NEWLINK; flags, which of them to change
        NetlinkRequest.SetUp(Sequence, 3, up));

    [Fact]
    public void Promoting_is_a_setting_in_three_nested_attributes() => AssertBytes(
        "34000000 1000 0500" + Header + "00000000 03000000 00000000 00000000"
        + "1400 1a00" // IFLA_AF_SPEC
        + "1000 0200" // AF_INET
        + "0c00 0100" // IFLA_INET_CONF
        + "0800 1400 01000000", // IPV4_DEVCONF_PROMOTE_SECONDARIES = 1
        NetlinkRequest.SetPromoteSecondaries(Sequence, 3, on: true));

    [Fact]
    public void Lists_are_asked_for_without_the_counters()
    {
        AssertBytes(
            "28000000 1200 0103" + Header + "00000000 00000000 00000000 00000000" + "0800 1d00 08000000", // RTM_GETLINK, IFLA_EXT_MASK
            NetlinkRequest.DumpLinks(Sequence));
        AssertBytes("18000000 1600 0103" + Header + "02000000 00000000", NetlinkRequest.DumpAddresses(Sequence)); // RTM_GETADDR, AF_INET
    }

    [Fact]
    public void Fixing_a_neighbour_asks_for_what_ip_neigh_replace_asks_for() => AssertBytes(
        "30000000 1c00 0505" + Header // 48 bytes, RTM_NEWNEIGH, REQUEST|ACK|REPLACE|CREATE
        + "02 00 0000 03000000 8000 00 00" // AF_INET, adapter 3, NUD_PERMANENT
        + "0800 0100 c0a80b01" // NDA_DST
        + "0a00 0200 02aabbccdd20 0000", // NDA_LLADDR, padded
        NetlinkRequest.Fix(Sequence, 3, new(IPAddress.Parse("192.168.11.1"), PhysicalAddress.Parse("02-AA-BB-CC-DD-20"))));

    [Fact]
    public void Forgetting_a_neighbour_names_its_address_only()
    {
        AssertBytes(
            "24000000 1d00 0500" + Header + "02 00 0000 03000000 0000 00 00" + "0800 0100 c0a80b01", // RTM_DELNEIGH
            NetlinkRequest.Forget(Sequence, 3, IPAddress.Parse("192.168.11.1")));
        AssertBytes("1c000000 1e00 0103" + Header + "02 00 0000 00000000 0000 00 00", NetlinkRequest.DumpNeighbors(Sequence)); // RTM_GETNEIGH
    }

    private static void AssertBytes(string hex, byte[] actual) =>
        Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(actual));
}
