using System.Net;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

public sealed class DhcpServerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0x8000)]
    public void Answers_go_to_everyone_with_or_without_the_broadcast_flag(ushort flags)
    {
        DhcpBench bench = new();
        bench.Hear(new ClientPacket { Flags = flags, Options = [53, 1, 1, 255] }.Build());
        Assert.Equal(new IPEndPoint(IPAddress.Broadcast, 68), bench.To);
        bench.Hear(new ClientPacket { Flags = flags }.Build());
        Assert.Equal(new IPEndPoint(IPAddress.Broadcast, 68), bench.To);
    }

    [Fact]
    public void The_old_U_Boot_that_copies_the_OFFER_into_its_REQUEST_gets_its_ACK()
    {
        DhcpBench bench = new();
        ServerReply offer = bench.Hear(ClientPacket.Discover())!;
        byte[] request = new ClientPacket
        {
            YourAddress = offer.YourAddress,
            NextServer = offer.NextServer,
            Options = [53, 1, 3, 57, 2, 2, 64, 54, 4, 192, 168, 79, 1, 50, 4, 192, 168, 79, 100, 55, 0, 255],
        }.Build();
        ServerReply ack = bench.Hear(request, from: offer.YourAddress)!;
        Assert.Equal(("dhcpack", offer.YourAddress), (ack.Kind, ack.YourAddress));
        Assert.Equal(new IPEndPoint(IPAddress.Broadcast, 68), bench.To);
        Assert.Equal([DhcpReportKind.Request, DhcpReportKind.Ack], bench.Kinds);
    }

    [Fact]
    public void A_REQUEST_that_names_its_address_in_yiaddr_only_is_understood()
    {
        DhcpBench bench = new();
        string address = bench.Hear(ClientPacket.Discover())!.YourAddress;
        byte[] request = new ClientPacket { YourAddress = address, Options = [53, 1, 3, 54, 4, 192, 168, 79, 1, 255] }.Build();
        Assert.Equal("dhcpack", bench.Answer(request));
    }

    [Fact]
    public void A_REQUEST_that_names_us_and_no_address_means_the_offered_one()
    {
        DhcpBench bench = new();
        Assert.Equal("none", bench.Answer(ClientPacket.Request(more: [ClientPacket.Address(54, "192.168.79.1")])));
        Assert.Equal(DhcpReason.NoAddress, bench.Reason());
        bench.Hear(ClientPacket.Discover());
        Assert.Equal("192.168.79.100", bench.Hear(ClientPacket.Request(more: [ClientPacket.Address(54, "192.168.79.1")]))?.YourAddress);
        Assert.Equal("none", bench.Answer(ClientPacket.Request()));
    }

    [Fact]
    public void A_REQUEST_for_another_server_is_met_with_silence_and_frees_our_offer()
    {
        DhcpBench bench = new(DhcpBench.Pool("192.168.79.100", "192.168.79.101"));
        Assert.Equal("192.168.79.100", bench.Offered(1));
        bench.Wait(1);
        Assert.Equal("192.168.79.101", bench.Hear(ClientPacket.Discover())?.YourAddress);
        Assert.Equal("none", bench.Answer(ClientPacket.Request(
            more: [ClientPacket.Address(54, "192.168.79.9"), ClientPacket.Address(50, "192.168.79.33")])));
        DhcpReport report = Assert.Single(bench.Reports, report => report.Kind == DhcpReportKind.ForeignServerChosen);
        Assert.Equal("192.168.79.9", report.OtherServer?.ToString());
        Assert.Equal("192.168.79.33", report.Address?.ToString());
        Assert.Equal("192.168.79.101", bench.Offered(2));
    }

    [Theory]
    [InlineData("10.9.9.9", DhcpReason.ForeignAddress)]
    [InlineData("192.168.79.99", DhcpReason.ForeignAddress)]
    [InlineData("192.168.79.100", DhcpReason.AddressTaken)]
    public void A_REQUEST_for_what_is_not_ours_to_give_is_refused(string address, DhcpReason reason)
    {
        DhcpBench bench = new();
        Assert.Equal("192.168.79.100", bench.Bind(1));
        Assert.Equal("nak", bench.Answer(ClientPacket.Request(more: [ClientPacket.Address(50, address)])));
        Assert.Equal(new IPEndPoint(IPAddress.Broadcast, 68), bench.To);
        Assert.Equal(reason, bench.Reason());
    }

    [Fact]
    public void A_client_that_remembers_a_free_address_from_before_our_start_keeps_it()
    {
        DhcpBench bench = new();
        Assert.Equal("dhcpack", bench.Answer(ClientPacket.Request(more: [ClientPacket.Address(50, "192.168.79.120")])));
        Assert.Equal("192.168.79.120", bench.Hear(ClientPacket.Discover())?.YourAddress);
    }

    [Fact]
    public void A_renewal_is_answered_to_the_clients_own_address()
    {
        DhcpBench bench = new();
        string address = bench.Bind(1);
        byte[] renewal = new ClientPacket { Mac = ClientPacket.MacOf(1), ClientAddress = address, Options = [53, 1, 3, 255] }.Build();
        ServerReply ack = bench.Hear(renewal, from: address)!;
        Assert.Equal(("dhcpack", address, address), (ack.Kind, ack.YourAddress, ack.Address(12)));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 68), bench.To);
    }

    [Fact]
    public void An_INFORM_brings_everything_but_an_address()
    {
        DhcpBench bench = new();
        ServerReply ack = bench.Hear(new ClientPacket { ClientAddress = "192.168.79.33", Options = [53, 1, 8, 255] }.Build())!;
        Assert.Equal(("dhcpack", "0.0.0.0"), (ack.Kind, ack.YourAddress));
        Assert.Equal([53, 54, 1, 66, 67], ack.Codes);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.79.33"), 68), bench.To);
        Assert.Equal(0, bench.Server.LeaseCount);

        bench.Hear(new ClientPacket { Options = [53, 1, 8, 255] }.Build(), from: "192.168.79.34");
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.79.34"), 68), bench.To);
    }

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("192.168.79.255")]
    [InlineData("192.168.79.0")]
    [InlineData("192.168.79.1")]
    [InlineData("255.255.255.255")]
    public void Nothing_is_sent_off_the_cable_or_to_all_by_a_forged_address(string address)
    {
        DhcpBench bench = new();
        Assert.Equal("none", bench.Answer(new ClientPacket { ClientAddress = address, Options = [53, 1, 8, 255] }.Build()));
        bench.Hear(new ClientPacket { ClientAddress = address, Options = [53, 1, 3, 255] }.Build());
        Assert.Equal(new IPEndPoint(IPAddress.Broadcast, 68), bench.To);
    }

    [Fact]
    public void A_relayed_packet_is_ignored()
    {
        DhcpBench bench = new();
        Assert.Equal("none", bench.Answer(new ClientPacket { Relay = "203.0.113.7", Options = [53, 1, 1, 255] }.Build()));
        Assert.Equal(DhcpReason.Relayed, bench.Reason());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(255)]
    public void A_type_that_no_client_sends_is_ignored(byte type)
    {
        DhcpBench bench = new();
        Assert.Equal("none", bench.Answer(new ClientPacket { Options = [53, 1, type, 255] }.Build()));
        Assert.Equal(DhcpReason.UnknownType, bench.Reason());
    }

    [Fact]
    public void A_type_lost_in_broken_options_is_not_taken_for_BOOTP()
    {
        DhcpBench bench = new();
        byte[] packet = [.. new ClientPacket().Build()[..240], 53, 200, 1, 1];
        Assert.Equal("none", bench.Answer(packet));
        Assert.Equal(DhcpReason.Malformed, bench.Reason());
    }

    [Fact]
    public void PCs_that_boot_from_the_network_are_left_alone_unless_wanted()
    {
        byte[] pc = ClientPacket.Discover(more: [ClientPacket.Option(60, "PXEClient:Arch:00007:UNDI:003016"), [93, 2, 0, 7]]);
        DhcpBench bench = new();
        Assert.Equal("none", bench.Answer(pc));
        Assert.Equal(DhcpReason.Pc, bench.Reason());
        Assert.Equal((DhcpClientKind.PxePc, 7), (bench.Reports[0].Client, bench.Reports[0].Architecture));
        Assert.Equal(0, bench.Server.LeaseCount);
        Assert.Equal("offer", new DhcpBench(DhcpBench.Usual with { IgnorePcs = false }).Answer(pc));
    }

    [Fact]
    public void Only_those_the_caller_allows_are_answered()
    {
        DhcpBench bench = new(DhcpBench.Usual with { Answers = mac => mac.Equals(ClientPacket.Device) });
        Assert.Equal("none", bench.Answer(ClientPacket.Discover(ClientPacket.MacOf(1))));
        Assert.Equal(DhcpReason.NotAllowed, bench.Reason());
        Assert.Equal("offer", bench.Answer(ClientPacket.Discover()));
    }

    [Fact]
    public void The_reports_of_a_DISCOVER_say_who_asked_for_what_and_what_it_got()
    {
        DhcpBench bench = new();
        bench.Hear(new ClientPacket
        {
            Xid = 77,
            File = "test.bin"u8.ToArray(),
            Options = [53, 1, 1, 50, 4, 192, 168, 79, 140, .. ClientPacket.Option(60, "U-Boot.armv7"), 93, 2, 0, 0x15, 255],
        }.Build());
        DhcpReport about = new()
        {
            Kind = DhcpReportKind.Discover,
            Mac = ClientPacket.Device,
            TransactionId = 77,
            Client = DhcpClientKind.UBoot,
            VendorClass = "U-Boot.armv7",
            Architecture = 0x15,
            RequestedFile = "test.bin",
            Address = IPAddress.Parse("192.168.79.140"),
        };
        Assert.Equal([about, about with { Kind = DhcpReportKind.Offer, BootFile = "recovery.bin" }], bench.Reports);
    }

    [Fact]
    public void The_warm_up_asks_nobody_and_leaves_nothing()
    {
        DhcpServerOptions options = DhcpBench.Usual with
        {
            Answers = _ => throw new InvalidOperationException(),
            InUse = (_, _) => throw new InvalidOperationException(),
        };
        Assert.Null(Record.Exception(() => DhcpServer.Warmup(options)));
    }
}
