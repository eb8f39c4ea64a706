using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core.Events;
using Unbrick.Net.Dhcp;
using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

public sealed class DhcpTellerTests : IEventSink
{
    private readonly List<UnbrickEvent> _events = [];
    private readonly Diagnosis _diagnosis;
    private readonly DhcpTeller _teller;

    public DhcpTellerTests()
    {
        _diagnosis = new Diagnosis(this);
        _teller = new DhcpTeller(this, "eth0", _diagnosis);
    }

    void IEventSink.Publish(UnbrickEvent item) => _events.Add(item);

    [Theory]
    [InlineData(DhcpReportKind.Discover, "DHCP DISCOVER: looks for a DHCP server (says it is U-Boot \\x1b[2J)")]
    [InlineData(DhcpReportKind.BootpRequest, "DHCP BOOTPREQUEST: looks for a BOOTP server (says it is U-Boot \\x1b[2J)")]
    [InlineData(DhcpReportKind.Offer, "DHCP OFFER: is offered 192.168.31.101, file x.bin")]
    [InlineData(DhcpReportKind.Request, "DHCP REQUEST: wants 192.168.31.101")]
    [InlineData(DhcpReportKind.Ack, "DHCP ACK: has 192.168.31.101, file x.bin")]
    [InlineData(DhcpReportKind.BootpReply, "DHCP BOOTPREPLY: has 192.168.31.101 for good (BOOTP), file x.bin")]
    [InlineData(DhcpReportKind.Nak, "DHCP NAK: may not have 192.168.31.101")]
    [InlineData(DhcpReportKind.Decline, "DHCP DECLINE: found 192.168.31.101 in use")]
    [InlineData(DhcpReportKind.Release, "DHCP RELEASE: gave 192.168.31.101 back")]
    [InlineData(DhcpReportKind.PoolExhausted, "DHCP POOLEXHAUSTED: gets no address: the pool is used up")]
    public void Each_step_is_a_line_of_the_kind_that_people_search_for(DhcpReportKind kind, string text)
    {
        _teller.Tell(Report(kind));
        Assert.Equal(new Wire("dhcp", "02:00:00:00:00:01", text), Assert.Single(_events));
    }

    [Theory]
    [InlineData(DhcpReason.Pc, "a PC that boots from the network")]
    [InlineData(DhcpReason.Relayed, "it came through a relay")]
    [InlineData(DhcpReason.Malformed, "the packet is broken")]
    [InlineData(DhcpReason.NotAllowed, "it is this PC")]
    public void Who_is_left_unanswered_and_why_is_said(DhcpReason reason, string why)
    {
        _teller.Tell(Report(DhcpReportKind.Ignored) with { Reason = reason });
        Assert.EndsWith($"is left unanswered: {why}", Assert.IsType<Wire>(Assert.Single(_events)).Text);
    }

    [Fact]
    public void A_flood_is_told_with_counts()
    {
        for (int i = 0; i < 150; i++)
            _teller.Tell(Report(DhcpReportKind.Discover));
        Assert.Equal(["", " (10 times)", " (100 times)"], _events.OfType<Wire>().Select(w => w.Text.Split("[2J)")[1]));
    }

    [Theory]
    [InlineData(DhcpReportKind.OfferNotTaken, "offer-not-taken", "02:00:00:00:00:01 was offered 192.168.31.101 and asks on")]
    [InlineData(DhcpReportKind.SameMacTwice, "same-mac-twice", "two requests of 02:00:00:00:00:01 with different transaction numbers at the same time")]
    [InlineData(DhcpReportKind.ForeignServerChosen, "other-dhcp-server", "02:00:00:00:00:01 took the offer of 192.168.31.1")]
    public void What_goes_wrong_is_a_problem_with_evidence(DhcpReportKind kind, string code, string seen)
    {
        _teller.Tell(Report(kind));
        Assert.Equal((code, seen), (_diagnosis.Problems[0].Code, Assert.Single(_diagnosis.Problems[0].Seen)));
    }

    private static DhcpReport Report(DhcpReportKind kind) => new()
    {
        Kind = kind,
        Mac = new PhysicalAddress([2, 0, 0, 0, 0, 1]),
        Address = IPAddress.Parse("192.168.31.101"),
        BootFile = "x.bin",
        VendorClass = "U-Boot \e[2J",
        OtherServer = IPAddress.Parse("192.168.31.1"),
    };
}
