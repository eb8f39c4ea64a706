using System.Net;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpLeaseTests
{
    private static readonly DhcpServerOptions s_three = DhcpBench.Pool("192.168.79.100", "192.168.79.102");

    [Fact]
    public void A_client_has_one_address_through_BOOTP_DHCP_and_any_client_id()
    {
        DhcpBench bench = new();
        string address = bench.Hear(ClientPacket.Bootp())!.YourAddress;
        bench.Bind(7);
        Assert.Equal(address, bench.Hear(ClientPacket.Discover(more: [[61, 3, 0, 1, 2]]))?.YourAddress);
        Assert.Equal(address, bench.Hear(ClientPacket.Discover(more: [[61, 3, 0, 9, 9]]))?.YourAddress);
        Assert.Equal(2, bench.Server.LeaseCount);
    }

    [Fact]
    public void A_BOOTP_address_outlives_any_lease()
    {
        DhcpBench bench = new();
        Assert.Equal("192.168.79.100", bench.Hear(ClientPacket.Bootp())?.YourAddress);
        bench.Wait(400 * 86400);
        Assert.Equal("192.168.79.101", bench.Offered(1));
        Assert.Equal("192.168.79.100", bench.Hear(ClientPacket.Bootp())?.YourAddress);
    }

    [Fact]
    public void A_flood_of_clients_neither_starves_the_device_nor_grows_memory()
    {
        DhcpBench bench = new();
        for (int client = 0; client < 10_000; client++)
            Assert.NotNull(bench.Offered(client));
        Assert.Equal(51, bench.Server.LeaseCount);
        ServerReply offer = bench.Hear(ClientPacket.Discover())!;
        for (int client = 0; client < 10_000; client++)
            bench.Offered(client);
        Assert.Equal("dhcpack", bench.Answer(ClientPacket.Request(
            more: [ClientPacket.Address(54, "192.168.79.1"), ClientPacket.Address(50, offer.YourAddress)])));
        for (int client = 0; client < 1000; client++)
            Assert.NotEqual(offer.YourAddress, bench.Offered(client));
    }

    [Fact]
    public void A_flood_of_BOOTP_clients_does_not_starve_the_device_either()
    {
        DhcpBench bench = new();
        for (int client = 0; client < 1000; client++)
            bench.Hear(ClientPacket.Bootp(ClientPacket.MacOf(client)));
        Assert.Equal(51, bench.Server.LeaseCount);
        Assert.Equal("bootreply", bench.Answer(ClientPacket.Bootp()));
        Assert.Equal("offer", bench.Answer(ClientPacket.Discover(ClientPacket.MacOf(99999))));
    }

    [Fact]
    public void Of_the_offers_not_taken_the_oldest_is_taken_back_first()
    {
        DhcpBench bench = new(s_three);
        for (int client = 1; client <= 3; client++)
        {
            bench.Offered(client);
            bench.Wait(1);
        }
        bench.Offered(1);
        Assert.Equal("192.168.79.101", bench.Offered(4));
    }

    [Fact]
    public void A_running_lease_is_never_taken_and_an_ended_one_is()
    {
        DhcpBench bench = new(s_three);
        for (int client = 1; client <= 3; client++)
            bench.Bind(client);
        Assert.Equal("none", bench.Answer(ClientPacket.Discover()));
        Assert.Equal([DhcpReportKind.Discover, DhcpReportKind.PoolExhausted], bench.Kinds);
        Assert.Equal("none", bench.Answer(ClientPacket.Bootp()));
        Assert.Contains(DhcpReportKind.PoolExhausted, bench.Kinds);
        bench.Wait(121);
        Assert.Equal("192.168.79.100", bench.Hear(ClientPacket.Discover())?.YourAddress);
    }

    [Fact]
    public void A_client_that_comes_back_late_has_its_address_as_long_as_no_other_needed_it()
    {
        DhcpBench bench = new();
        bench.Bind(1);
        Assert.Equal("192.168.79.101", bench.Bind(2));
        bench.Wait(86400);
        Assert.Equal("192.168.79.102", bench.Offered(3));
        Assert.Equal("192.168.79.101", bench.Offered(2));
    }

    [Fact]
    public void A_wish_is_granted_when_the_address_is_free()
    {
        DhcpBench bench = new();
        bench.Bind(1);
        Assert.Equal("192.168.79.140", Wish(2, "192.168.79.140"));
        Assert.Equal("192.168.79.101", Wish(3, "192.168.79.100"));
        Assert.Equal("192.168.79.102", Wish(4, "10.1.1.1"));

        string? Wish(int client, string address) =>
            bench.Hear(ClientPacket.Discover(ClientPacket.MacOf(client), 1, ClientPacket.Address(50, address)))?.YourAddress;
    }

    [Fact]
    public void A_declined_address_is_avoided_while_others_are_free()
    {
        DhcpBench bench = new(s_three);
        string address = bench.Bind(1);
        byte[] decline = Decline(1, address);
        Assert.Equal("none", bench.Answer(decline));
        Assert.Equal([DhcpReportKind.Decline], bench.Kinds);
        Assert.Equal("192.168.79.101", bench.Bind(1));
        Assert.Equal("192.168.79.102", bench.Bind(2));
        Assert.Equal("192.168.79.100", bench.Offered(3));
    }

    [Fact]
    public void A_declined_address_cannot_be_claimed_by_another_before_its_time()
    {
        DhcpBench bench = new(s_three);
        string address = bench.Bind(1);
        bench.Hear(Decline(1, address));
        Assert.Equal("nak", bench.Answer(ClientPacket.Request(more: [ClientPacket.Address(50, address)])));
        bench.Wait(301);
        Assert.Equal("dhcpack", bench.Answer(ClientPacket.Request(more: [ClientPacket.Address(50, address)])));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void Nobody_can_decline_or_release_what_another_has(byte type)
    {
        DhcpBench bench = new();
        string address = bench.Bind(1);
        Assert.Equal("none", bench.Answer(new ClientPacket
        {
            ClientAddress = address,
            Options = [53, 1, type, .. ClientPacket.Address(50, address), 255],
        }.Build()));
        Assert.Equal(DhcpReason.NotTheirs, bench.Reason());
        Assert.Equal(address, bench.Offered(1));
    }

    [Fact]
    public void A_released_address_is_free_for_others()
    {
        DhcpBench bench = new(DhcpBench.Pool("192.168.79.100", "192.168.79.100"));
        string address = bench.Bind(1);
        Assert.Null(bench.Offered(2));
        byte[] release = new ClientPacket { Mac = ClientPacket.MacOf(1), ClientAddress = address, Options = [53, 1, 7, 255] }.Build();
        Assert.Equal("none", bench.Answer(release));
        Assert.Equal([DhcpReportKind.Release], bench.Kinds);
        Assert.Equal(address, bench.Offered(2));
    }

    [Fact]
    public void An_address_someone_else_was_seen_with_is_not_given()
    {
        DhcpServerOptions options = s_three with
        {
            InUse = (address, mac) => address.ToString() == "192.168.79.100" && !mac.Equals(ClientPacket.MacOf(5)),
        };
        DhcpBench bench = new(options);
        Assert.Equal("192.168.79.101", bench.Offered(1));
        Assert.Equal("nak", bench.Answer(ClientPacket.Request(more: [ClientPacket.Address(50, "192.168.79.100")])));
        Assert.Equal("192.168.79.100", bench.Offered(5));
    }

    [Fact]
    public void Our_own_the_routers_and_the_networks_addresses_are_never_given()
    {
        DhcpServerOptions options = DhcpBench.Pool("192.168.79.0", "192.168.79.255") with
        {
            ServerAddress = IPAddress.Parse("192.168.79.2"),
            Router = IPAddress.Parse("192.168.79.3"),
            NextServer = IPAddress.Parse("192.168.79.4"),
        };
        DhcpBench bench = new(options);
        List<string> given = [];
        while (bench.Hear(ClientPacket.Discover(ClientPacket.MacOf(given.Count)))?.YourAddress is { } address && given.Count < 300)
        {
            given.Add(address);
            bench.Hear(ClientPacket.Request(ClientPacket.MacOf(given.Count - 1), 1, ClientPacket.Address(54, "192.168.79.2")));
        }
        Assert.Equal(251, given.Distinct().Count());
        Assert.Equal(251, given.Count);
        Assert.DoesNotContain("192.168.79.0", given);
        Assert.DoesNotContain("192.168.79.2", given);
        Assert.DoesNotContain("192.168.79.3", given);
        Assert.DoesNotContain("192.168.79.4", given);
        Assert.DoesNotContain("192.168.79.255", given);
    }

    [Fact]
    public void A_device_that_wants_one_certain_address_gets_it_even_when_it_was_seen_or_declined()
    {
        DhcpServerOptions options = (DhcpBench.Usual with { InUse = (_, _) => true }).AddressOnly(IPAddress.Parse("192.168.79.254"));
        DhcpBench bench = new(options);
        Assert.Equal("192.168.79.254", bench.Bind(1));
        bench.Hear(Decline(1, "192.168.79.254"));
        Assert.Equal("192.168.79.254", bench.Offered(1));
    }

    private static byte[] Decline(int client, string address) =>
        new ClientPacket { Mac = ClientPacket.MacOf(client), Options = [53, 1, 4, .. ClientPacket.Address(50, address), 255] }.Build();

    public static TheoryData<DhcpServerOptions> Contradictions() =>
    [
        DhcpBench.Pool("192.168.79.150", "192.168.79.100"),
        DhcpBench.Pool("192.168.80.100", "192.168.80.150"),
        DhcpBench.Pool("192.168.79.100", "192.168.80.100") with { PrefixLength = 16, ServerAddress = IPAddress.Parse("10.0.0.1") },
        DhcpBench.Pool("192.168.0.1", "192.168.255.254") with { PrefixLength = 16 },
        DhcpBench.Usual with { PrefixLength = 32 },
        DhcpBench.Usual with { BootFile = new string('x', 128) },
        DhcpBench.Usual with { BootFile = "a\0b" },
        DhcpBench.Usual with { BootFiles = [new("x", new string('x', 128))] },
        DhcpBench.Usual with { LeaseTime = TimeSpan.Zero },
    ];

    [Theory]
    [MemberData(nameof(Contradictions), DisableDiscoveryEnumeration = true)]
    public void Options_that_contradict_themselves_are_refused(DhcpServerOptions options) =>
        Assert.Throws<ArgumentException>(() => new DhcpServer(options));
}
