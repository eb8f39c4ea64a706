using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Net.Dhcp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>Turns the facts of the DHCP server into lines as dnsmasq writes them, because those are what people search for.</summary>
internal sealed class DhcpTeller(IEventSink events, string adapter, Diagnosis diagnosis)
{
    private readonly FloodGate _flood = new();

    /// <summary>One fact.</summary>
    public void Tell(DhcpReport report)
    {
        string mac = MacText.Show(report.Mac), address = report.Address?.ToString() ?? "";
        switch (report.Kind)
        {
            case DhcpReportKind.OfferNotTaken:
                Found(ProblemCode.OfferNotTaken, $"{mac} was offered {address} and asks on", ("times", "twice so far"));
                return;
            case DhcpReportKind.SameMacTwice:
                Found(ProblemCode.SameMacTwice, $"two requests of {mac} with different transaction numbers at the same time", ("mac", mac));
                return;
            case DhcpReportKind.ForeignServerChosen:
                Found(ProblemCode.OtherDhcpServer, $"{mac} took the offer of {report.OtherServer}", ("adapter", adapter), ("server", $"{report.OtherServer}"));
                return;
        }
        if (!_flood.Passes($"{report.Kind} {report.Reason} {mac}", out int times))
            return;
        string count = times > 1 ? $" ({times:N0} times)" : "";
        string what = report.Kind switch
        {
            DhcpReportKind.Ignored => $"is left unanswered: {Why(report)}",
            DhcpReportKind.PoolExhausted => "gets no address: the pool is used up",
            DhcpReportKind.Offer => $"is offered {address}{File(report)}",
            DhcpReportKind.Ack => $"has {address}{File(report)}",
            DhcpReportKind.BootpReply => $"has {address} for good (BOOTP){File(report)}",
            DhcpReportKind.Nak => $"may not have {address}",
            DhcpReportKind.Discover => $"looks for a DHCP server{Who(report)}",
            DhcpReportKind.BootpRequest => $"looks for a BOOTP server{Who(report)}",
            DhcpReportKind.Request => $"wants {address}",
            DhcpReportKind.Decline => $"found {address} in use",
            DhcpReportKind.Release => $"gave {address} back",
            _ => $"has an address and asks for the rest{Who(report)}",
        };
        events.Publish(new Wire("dhcp", mac, $"DHCP {report.Kind.ToString().ToUpperInvariant()}: {what}{count}"));
    }

    private void Found(string code, string seen, params ReadOnlySpan<(string, string)> values) =>
        diagnosis.Add(ProblemCatalogue.Create(code, [seen], values));

    private static string Who(DhcpReport report) => report.VendorClass is { Length: > 0 } vendor ? $" (says it is {SafeText.Show(vendor)})" : "";

    private static string File(DhcpReport report) => report.BootFile is { Length: > 0 } file ? $", file {SafeText.Show(file)}" : "";

    private static string Why(DhcpReport report) => report.Reason switch
    {
        DhcpReason.Malformed => "the packet is broken",
        DhcpReason.NotARequest => "a server sent it",
        DhcpReason.UnknownType => "no client sends that",
        DhcpReason.Relayed => "it came through a relay",
        DhcpReason.Pc => "a PC that boots from the network",
        DhcpReason.NotAllowed => "it is this PC",
        _ => "it concerns an address that is not ours to give",
    };
}
