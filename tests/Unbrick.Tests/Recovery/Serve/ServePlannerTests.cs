using System.Net;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Serve;
using Unbrick.Tests.Recovery.Host;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class ServePlannerTests : IDisposable
{
    private static readonly DeviceLibrary s_devices = new();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("eth0", null, "eth0")] // the only cable
    [InlineData("eth0 wlan0 docker0 lo", null, "eth0")] // radio, bridges and loopback lead to no device
    [InlineData("eth0 eth1", "eth1", "eth1")]
    [InlineData("eth0 wlan0", "wlan0", "wlan0")] // by name everything goes
    [InlineData("eth0 lo", "lo", "lo")]
    public void The_adapter_is_the_only_cable_or_the_one_that_was_named(string adapters, string? named, string chosen) =>
        Assert.Equal(chosen, Plan(Adapters(adapters), Image() with { Interface = named }).Adapter?.Name);

    [Theory]
    [InlineData("eth0 eth1", null, "adapter-unclear", "eth0, eth1")]
    [InlineData("wlan0 lo", null, "adapter-not-found", "wlan0, lo")]
    [InlineData("eth0 lo", "enp9s9", "adapter-not-found", "eth0")]
    public void Without_a_clear_choice_it_is_not_guessed(string adapters, string? named, string code, string listed)
    {
        UnbrickException e = Refused(Adapters(adapters), Image() with { Interface = named });

        Assert.Equal((ExitCode.NotFound, code), (e.ExitCode, e.Problem.Code));
        Assert.Contains(listed, e.Problem.Title + e.Problem.Means);
        Assert.Equal(adapters.Split(' '), e.Problem.Seen.Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void A_folder_for_all_adapters_needs_no_adapter_and_has_no_dhcp()
    {
        ServePlan plan = Plan(Adapters("eth0 eth1"), new() { Root = _folder.FullName });
        Assert.Equal((null, null, null), (plan.Adapter, plan.Address, plan.Dhcp));
    }

    [Theory]
    [InlineData("archer-c7-v2", "", null, "192.168.0.66/24", true)] // what the device asks for
    [InlineData("archer-c7-v2", "192.168.0.66/24", null, "192.168.0.66/24", false)] // is there already
    [InlineData("archer-c7-v2", "192.168.1.66/24", null, "192.168.0.66/24", true)] // that of its other boot loader stays, too
    [InlineData("archer-c7-v2", "10.0.0.5/8", null, "192.168.0.66/24", true)]
    [InlineData("archer-c7-v2", "", "192.168.1.66/24", "192.168.1.66/24", true)] // asked for
    [InlineData("archer-c7-v2", "192.168.1.66/24", "192.168.1.66/24", "192.168.1.66/24", false)]
    [InlineData("archer-mr200", "", null, "192.168.0.66/16", true)] // needs a wider network
    [InlineData(null, "", null, "192.168.31.100/24", true)]
    [InlineData(null, "10.0.0.5/8", null, "10.0.0.5/8", false)]
    public void The_address_is_the_asked_one_then_the_devices_then_what_is_there(string? device, string has, string? asked, string address, bool add)
    {
        FakeHost host = new(FakeHost.Adapter("eth0", 2, enabled: true, has.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        ServePlan plan = Plan(host, Image() with { Device = device, Address = asked is null ? null : FakeHost.Address(asked) });

        Assert.Equal((address, add), (plan.Address.ToString(), plan.AddAddress));
    }

    [Fact]
    public void Without_host_changes_no_address_is_added_and_none_is_made_up()
    {
        Assert.False(Plan(Adapters("eth0"), Image() with { Device = "archer-c7-v2", NoHostChanges = true }).AddAddress);
        Assert.Null(Plan(Adapters("eth0"), Image() with { NoHostChanges = true }).Address);
    }

    [Fact]
    public void An_address_by_hand_picks_the_boot_loader_that_needs_it()
    {
        ServeOptions archer = Image() with { Device = "archer-c7-v2" };
        Assert.EndsWith("or later", Plan(Adapters("eth0"), archer).Way?.When);
        Assert.StartsWith(
            "boot loader of vendor firmware before", Plan(Adapters("eth0"), archer with { Address = FakeHost.Address("192.168.1.66/24") }).Way?.When);
    }

    [Theory]
    [InlineData("archer-c7-v2", null, false, false)] // fixed addresses
    [InlineData("archer-c7-v2", true, false, true)]
    [InlineData(null, null, false, true)] // who knows what it needs
    [InlineData(null, false, false, false)]
    [InlineData("xiaomi_mi-router-4a-gigabit", null, false, true)] // its address comes from us
    [InlineData("archer-c7-v2", null, true, true)] // a pool was given
    public void Dhcp_is_for_those_who_need_it_or_were_told_to(string? device, bool? asked, bool pool, bool answered)
    {
        ServeOptions options = Image() with
        {
            Device = device,
            Dhcp = asked,
            Pool = pool ? (IPAddress.Parse("192.168.0.100"), IPAddress.Parse("192.168.0.110")) : null,
        };
        Assert.Equal(answered, Plan(Adapters("eth0"), options).Dhcp is not null);
    }

    [Theory]
    [InlineData("192.168.31.100/24", "192.168.31.101-192.168.31.150")]
    [InlineData("192.168.1.120/24", "192.168.1.121-192.168.1.150")] // ours lies in it: the longer half
    [InlineData("192.168.1.140/24", "192.168.1.101-192.168.1.139")]
    [InlineData("10.0.0.1/30", "10.0.0.2-10.0.0.2")]
    [InlineData("10.0.0.2/30", "10.0.0.1-10.0.0.1")]
    [InlineData("10.0.0.1/29", "10.0.0.3-10.0.0.6")]
    [InlineData("10.1.2.3/8", "10.0.0.101-10.0.0.150")]
    public void The_pool_is_a_part_of_the_network_without_our_address(string own, string pool)
    {
        DhcpServerOptions? dhcp = Plan(Adapters("eth0"), Image() with { Address = FakeHost.Address(own) }).Dhcp;
        Assert.Equal(pool, $"{dhcp?.PoolFirst}-{dhcp?.PoolLast}");
    }

    [Theory]
    [InlineData("192.168.1.100", "192.168.1.99", "is no pool")]
    [InlineData("192.168.2.100", "192.168.2.110", "is not in the network of 192.168.1.1/24")]
    [InlineData("192.168.1.100", "192.168.2.110", "is not in the network of 192.168.1.1/24")]
    [InlineData("10.0.0.0", "10.255.255.255", "is no pool of 1 to 4096 addresses")]
    public void A_pool_that_cannot_be_served_ends_with_2(string first, string last, string reason)
    {
        UnbrickException e = Refused(Adapters("eth0"), Image() with
        {
            Address = FakeHost.Address("192.168.1.1/24"),
            Pool = (IPAddress.Parse(first), IPAddress.Parse(last)),
        });
        Assert.Equal((ExitCode.Usage, "pool-invalid"), (e.ExitCode, e.Problem.Code));
        Assert.Contains(reason, e.Problem.Title + e.Problem.Means);
    }

    [Fact]
    public void A_pool_picks_the_address_of_ours_that_lies_in_its_network()
    {
        FakeHost host = new(FakeHost.Adapter("eth0", 2, enabled: true, "10.0.0.5/8", "192.168.1.7/24"));
        ServePlan plan = Plan(host, Image() with { Pool = (IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.20")) });
        Assert.Equal("192.168.1.7/24", plan.Address.ToString());
    }

    [Theory]
    [InlineData("firmware.bin", null, null, "firmware.bin")]
    [InlineData("firmware.bin", "other.bin", null, "other.bin")]
    [InlineData("my firmware.bin", null, null, "recovery.bin")] // a boot loader may not be able to spell it
    [InlineData("fürs-gerät.bin", null, null, "recovery.bin")]
    public void The_boot_file_is_what_was_said_or_the_image_if_it_can_be_spelt(string image, string? asked, string? device, string told) =>
        Assert.Equal(told, Plan(Adapters("eth0"), Image() with { Image = image, BootFile = asked, Device = device }).Dhcp?.BootFile);

    [Fact]
    public void Our_own_adapter_gets_no_address_from_us() =>
        Assert.False(Plan(Adapters("eth0"), Image()).Dhcp!.Answers!(Adapters("eth0").Adapters()[0].Mac));

    [Theory]
    [InlineData("missing.bin", "image-missing", ExitCode.NotFound)]
    [InlineData("none/missing.bin", "image-missing", ExitCode.NotFound)]
    [InlineData("empty.bin", "image-empty", ExitCode.BadImage)]
    [InlineData("folder", "image-unreadable", ExitCode.NotFound)]
    public void An_image_that_is_none_is_said_before_anything_is_touched(string name, string code, int exit)
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "empty.bin"), []);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "folder"));

        UnbrickException e = Refused(Adapters("eth0"), new() { Image = Path.Combine(_folder.FullName, name) });

        Assert.Equal((exit, code), (e.ExitCode, e.Problem.Code));
        Assert.Contains(name, e.Problem.Title);
    }

    [Fact]
    public void A_folder_that_is_not_there_ends_with_3() => Assert.Equal(
        "root-missing", Refused(Adapters("eth0"), new() { Root = Path.Combine(_folder.FullName, "nowhere") }).Problem.Code);

    [Theory]
    [InlineData("archer-c7-v2", 16 << 20, false)] // its flash chip
    [InlineData("archer-c7-v2", (16 << 20) + 1, true)]
    public void An_image_larger_than_the_device_holds_ends_with_6_unless_insisted(string device, int size, bool refused)
    {
        ServeOptions options = Image() with { Device = device, ImageContent = Bytes(size) };
        if (!refused)
        {
            Assert.Equal(size, Plan(Adapters("eth0"), options).Image?.Length);
            return;
        }
        UnbrickException e = Refused(Adapters("eth0"), options);
        Assert.Equal((ExitCode.BadImage, "image-too-large"), (e.ExitCode, e.Problem.Code));
        Assert.Equal(["image.bin: 16,777,217 bytes (16 MiB)", "TP-Link Archer C7 v2: its flash chip holds 16,777,216 bytes (16 MiB)"], e.Problem.Seen);
        Assert.Equal(size, Plan(Adapters("eth0"), options with { Anyway = true }).Image?.Length);
    }

    [Fact]
    public void What_a_boot_loader_is_known_to_take_counts_before_the_size_of_the_chip()
    {
        const int Most = 8_192_000; // 0x7d0000, thread 001
        const string Device = "archer-mr200";

        UnbrickException e = Refused(Adapters("eth0"), Image() with { Device = Device, ImageContent = Bytes(Most + 1) });

        Assert.Contains("its boot loader takes", e.Problem.Seen[1]);
        Assert.Equal(Most, Plan(Adapters("eth0"), Image() with { Device = Device, ImageContent = Bytes(Most) }).Image?.Length);
    }

    [Theory]
    [InlineData("archer c7", "device-unclear", ExitCode.NotFound)]
    [InlineData("archer-c7-v22", "device-unknown", ExitCode.NotFound)]
    [InlineData("toaster 3000", "device-unknown", ExitCode.NotFound)]
    [InlineData("netgear-nmrp", "way-not-served", ExitCode.Refused)]
    public void A_device_that_is_not_certain_or_not_served_is_refused(string device, string code, int exit)
    {
        UnbrickException e = Refused(Adapters("eth0"), Image() with { Device = device });
        Assert.Equal((exit, code), (e.ExitCode, e.Problem.Code));
        Assert.All(e.Problem.Seen, line => Assert.False(string.IsNullOrWhiteSpace(line)));
    }

    [Fact]
    public void A_way_that_is_not_served_can_be_insisted_on() =>
        Assert.Null(Plan(Adapters("eth0"), Image() with { Device = "netgear-nmrp", Anyway = true }).Way);

    private static ServeOptions Image() => new() { Image = "image.bin", ImageContent = Bytes(1000) };

    /// <summary>No format that is known, and not blank either: a blank image is refused.</summary>
    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(0x5A);
        return bytes;
    }

    private static FakeHost Adapters(string names) => new(names.Split(' ').Select((name, i) => FakeHost.Adapter(name, i + 1, enabled: true) with
    {
        Kind = name switch
        {
            "lo" => AdapterKind.Loopback,
            "wlan0" => AdapterKind.Wireless,
            "docker0" => AdapterKind.Virtual,
            _ => AdapterKind.Ethernet,
        },
    }));

    private static ServePlan Plan(INetworkHost host, ServeOptions options) => new ServePlanner(host, s_devices).Make(options);

    private static UnbrickException Refused(INetworkHost host, ServeOptions options) => Assert.Throws<UnbrickException>(() => Plan(host, options));
}
