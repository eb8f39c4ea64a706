using System.Net;
using Unbrick.Net.Dhcp;

namespace Unbrick.Tests.Net.Dhcp;

/// <summary>A server on 192.168.79.1 with a pool of 51 and a clock that only tests move.</summary>
internal sealed class DhcpBench(DhcpServerOptions? options = null)
{
    public static readonly DhcpServerOptions Usual = new()
    {
        ServerAddress = IPAddress.Parse("192.168.79.1"),
        PoolFirst = IPAddress.Parse("192.168.79.100"),
        PoolLast = IPAddress.Parse("192.168.79.150"),
        BootFile = "recovery.bin",
    };

    public DhcpServer Server { get; } = new(options ?? Usual);

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Reports of the last datagram.</summary>
    public IReadOnlyList<DhcpReport> Reports { get; private set; } = [];

    public IEnumerable<DhcpReportKind> Kinds => Reports.Select(report => report.Kind);

    /// <summary>Where the last answer went.</summary>
    public IPEndPoint? To { get; private set; }

    public static DhcpServerOptions Pool(string first, string last) =>
        Usual with { PoolFirst = IPAddress.Parse(first), PoolLast = IPAddress.Parse(last) };

    /// <summary>One datagram in; the answer checked for shape; null for silence.</summary>
    public ServerReply? Hear(byte[] datagram, string from = "0.0.0.0")
    {
        DhcpActions actions = new();
        Server.OnDatagram(datagram, new IPEndPoint(IPAddress.Parse(from), 68), Now, actions);
        Reports = actions.Reports;
        DhcpSend? send = actions.Sends.SingleOrDefault();
        To = send?.To;
        return send is null ? null : new ServerReply(send.Payload);
    }

    public string Answer(byte[] datagram, string from = "0.0.0.0") => Hear(datagram, from)?.Kind ?? "none";

    /// <summary>The address a DISCOVER brings; null for none.</summary>
    public string? Offered(int client) => Hear(ClientPacket.Discover(ClientPacket.MacOf(client)))?.YourAddress;

    /// <summary>DISCOVER and REQUEST; the address.</summary>
    public string Bind(int client)
    {
        string address = Offered(client) ?? "none";
        Assert.Equal("dhcpack", Answer(ClientPacket.Request(
            ClientPacket.MacOf(client), 1, ClientPacket.Address(54, "192.168.79.1"), ClientPacket.Address(50, address))));
        return address;
    }

    public void Wait(double seconds) => Now += TimeSpan.FromSeconds(seconds);

    public DhcpReason Reason() => Assert.Single(Reports, report => report.Kind is DhcpReportKind.Ignored or DhcpReportKind.Nak).Reason;
}
