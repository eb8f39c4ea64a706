using System.Collections.Immutable;
using System.Net;
using Unbrick.Recovery.Devices;

namespace Unbrick.Tests.Recovery.Devices;

public sealed class DeviceProfileTests
{
    private static readonly DeviceLibrary s_library = new();

    [Fact]
    public void The_Archer_C7_v2_has_both_its_boot_loaders_newest_first()
    {
        DeviceProfile device = Get("tplink_archer-c7-v2");

        Assert.Equal("TP-Link Archer C7 v2", device.Name);
        Assert.Equal([RecoveryMode.TftpClient, RecoveryMode.TftpClient], device.Recovery.Select(way => way.Mode));
        Assert.Equal([IPAddress.Parse("192.168.0.66")], device.Recovery[0].ServerAddresses);
        Assert.Equal([IPAddress.Parse("192.168.0.86")], device.Recovery[0].DeviceAddresses);
        Assert.Equal(["ArcherC7v2_tp_recovery.bin", "ArcherC7v3_tp_recovery.bin"], device.Recovery[0].Files);
        Assert.Equal([IPAddress.Parse("192.168.1.66")], device.Recovery[1].ServerAddresses);
        Assert.All(device.Recovery, way => Assert.True(way.IsCurated && way.IsServed && way.PrefixLength == 24));
        Assert.Equal(0xfd_0000, device.ImageSize);
        Assert.Equal(Provenance.BuiltIn, device.Provenance);
        Assert.Contains("forum.openwrt.org/t/16773", device.Sources);
    }

    [Fact]
    public void The_flash_map_says_what_belongs_to_this_unit_alone()
    {
        FlashChip chip = Assert.Single(Get("tplink_archer-mr200").Flash);

        Assert.Equal(("spi-nor", 0x80_0000L), (chip.Type, chip.Size!.Value));
        Assert.Equal(
            [
                new FlashPart("u-boot", 0, 0x2_0000, ReadOnly: true, Nested: false, OneOfAKind: false),
                new FlashPart("firmware", 0x2_0000, 0x7b_0000, ReadOnly: false, Nested: false, OneOfAKind: false),
                new FlashPart("rom", 0x7d_0000, 0x1_0000, ReadOnly: true, Nested: false, OneOfAKind: true),
                new FlashPart("romfile", 0x7e_0000, 0x1_0000, ReadOnly: true, Nested: false, OneOfAKind: false),
                new FlashPart("radio", 0x7f_0000, 0x1_0000, ReadOnly: true, Nested: false, OneOfAKind: true),
            ],
            chip.Parts);
    }

    [Fact]
    public void The_MR200_needs_the_wide_network_and_takes_no_more_than_its_limit()
    {
        RecoveryWay way = Get("tplink_archer-mr200").Recovery[0];

        Assert.Equal(16, way.PrefixLength);
        Assert.Equal(8_192_000, way.MaxFile);
    }

    [Fact]
    public void The_Xiaomi_takes_address_and_name_from_our_answer()
    {
        RecoveryWay way = Get("xiaomi_mi-router-4a-gigabit").Recovery[0];

        Assert.Equal(RecoveryMode.DhcpThenTftp, way.Mode);
        Assert.True(way.AnyName);
        Assert.Empty(way.ServerAddresses);
        Assert.Equal(0x18_0000, way.FlashOffset);
    }

    [Fact]
    public void The_rule_of_a_make_comes_before_hints_and_says_that_it_was_not_checked()
    {
        ImmutableArray<RecoveryWay> ways = Get("openmesh_om5p-ac-v2").Recovery;

        Assert.Equal([FactStanding.Family, FactStanding.Hint], ways.Select(way => way.Standing));
        Assert.Equal([IPAddress.Parse("192.168.100.8")], ways[0].ServerAddresses);
        Assert.DoesNotContain(ways, way => way.IsCurated);
    }

    [Theory]
    [InlineData("xiaomi_mi-router-4c", FactStanding.Family)]
    [InlineData("xiaomi_mi-router-4a-gigabit", FactStanding.Checked)]
    public void The_rule_of_a_make_stands_back_where_the_device_was_looked_at(string id, FactStanding standing)
    {
        RecoveryWay[] served = [.. Get(id).Recovery.Where(way => way.Mode == RecoveryMode.DhcpThenTftp)];

        Assert.Equal(standing, Assert.Single(served).Standing);
    }

    [Fact]
    public void A_hint_with_two_servers_gives_the_one_that_ends_in_1_to_the_device()
    {
        RecoveryWay way = Get("asus_rt-ac51u").Recovery.Single(w => w.Standing == FactStanding.Hint);

        Assert.Equal(RecoveryMode.TftpServer, way.Mode);
        Assert.Equal([IPAddress.Parse("192.168.1.75")], way.ServerAddresses);
        Assert.Equal([IPAddress.Parse("192.168.1.1")], way.DeviceAddresses);
    }

    [Theory]
    [InlineData("netgear_r6220", RecoveryMode.Nmrp)]
    [InlineData("ubnt_nanostation-loco-m-xw", RecoveryMode.TftpServer)]
    [InlineData("buffalo_wzr-hp-ag300h", RecoveryMode.TftpServer)]
    public void A_way_that_serve_cannot_do_is_marked_as_such(string id, RecoveryMode mode)
    {
        RecoveryWay way = Get(id).Recovery[0];

        Assert.Equal((mode, false), (way.Mode, way.IsServed));
    }

    [Fact]
    public void A_family_can_be_served_by_its_own_name()
    {
        DeviceProfile family = s_library.Get(s_library.Find("MikroTik").Best!.Id)!;

        Assert.Equal(RecoveryMode.DhcpThenTftp, Assert.Single(family.Recovery).Mode);
        Assert.Empty(family.Flash);
    }

    [Fact]
    public void The_console_speed_comes_from_the_device_tree_when_nobody_said_more()
    {
        SerialFacts? serial = Get("netgear_r6220").Serial;

        Assert.Equal(57600, serial?.Baud);
        Assert.Contains("openwrt 38bee61dab", serial!.Sources);
    }

    [Fact]
    public void An_unknown_id_has_no_profile() => Assert.Null(s_library.Get("no_such-device"));

    private static DeviceProfile Get(string id) => s_library.Get(id) ?? throw new InvalidOperationException(id);
}
