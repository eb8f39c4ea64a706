using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Recovery.Evidence;

/// <summary>What only an operating system does, never a boot loader that waits for its image.</summary>
internal enum FirmwareSign
{
    /// <summary>IPv6: it looks for neighbours or routers.</summary>
    Ipv6,

    /// <summary>It advertises itself as a router.</summary>
    RouterAdvertisement,

    /// <summary>It joins multicast groups.</summary>
    Igmp,

    /// <summary>It names itself to the switch.</summary>
    Lldp,

    /// <summary>mDNS or SSDP.</summary>
    NameService,

    /// <summary>It answers DHCP itself.</summary>
    DhcpServer,

    /// <summary>It asks for an address as an operating system does.</summary>
    DhcpClient,

    /// <summary>It announces an address of its own by ARP (RFC 5227).</summary>
    Announcement,
}

/// <summary>A packet to a port of ours that the tap heard: what a socket must have heard, too.</summary>
/// <param name="At">When.</param>
/// <param name="From">Sender.</param>
/// <param name="To">The address and port of ours.</param>
internal readonly record struct HeardRequest(TimeSpan At, IPEndPoint From, IPEndPoint To);

/// <summary>Who asked by ARP for an address, and how often.</summary>
/// <param name="Count">Questions.</param>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
internal readonly record struct ArpQuestion(int Count, TimeSpan First, TimeSpan Last);

/// <summary>One hardware address on the cable, and what came from it.</summary>
internal sealed class CallerEvidence(PhysicalAddress mac, TimeSpan first)
{
    private const int MostQuestions = 16;

    private readonly Dictionary<IPAddress, ArpQuestion> _questions = [];

    /// <summary>Its hardware address.</summary>
    public PhysicalAddress Mac { get; } = mac;

    /// <summary>Last frame.</summary>
    public TimeSpan Last { get; set; } = first;

    /// <summary>The address it last spoke from; null when it has none.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>Signs of an operating system, and what was seen.</summary>
    public Dictionary<FirmwareSign, string> Signs { get; } = [];

    /// <summary>The addresses it asked for by ARP.</summary>
    public IReadOnlyDictionary<IPAddress, ArpQuestion> Questions => _questions;

    /// <summary>It sent a request to the TFTP or DHCP port, as a boot loader does.</summary>
    public TimeSpan? LastRequest { get; set; }

    /// <summary>An ARP question.</summary>
    public void Asked(IPAddress target, TimeSpan now)
    {
        if (_questions.TryGetValue(target, out ArpQuestion known))
            _questions[target] = known with { Count = known.Count + 1, Last = now };
        else if (_questions.Count < MostQuestions)
            _questions[target] = new ArpQuestion(1, now, now);
    }
}
