using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Serve;

namespace Unbrick.Recovery.Evidence;

/// <summary>
/// Everything that was seen around one recovery, bounded however much is sent: the carrier, who is on the cable and what they asked, what the
/// sockets got of it, and how each try to load a file went. The rules read it; nothing here judges.
/// </summary>
/// <param name="adapter">The adapter's name.</param>
/// <param name="ownMacs">Hardware addresses of this machine.</param>
/// <param name="began">When the run began.</param>
internal sealed class WireEvidence(string adapter, IReadOnlySet<PhysicalAddress> ownMacs, TimeSpan began)
{
    private const int MostCallers = 64, MostRequests = 64, MostAttempts = 32, MostSockets = 1024;
    private const int DhcpClientPort = 68;
    private const int HostName = 12; // RFC 2132 section 3.14
    public const int TftpPort = 69;

    private readonly Dictionary<PhysicalAddress, CallerEvidence> _callers = [];
    private readonly Dictionary<PhysicalAddress, int> _bootpReplies = [];
    private readonly List<HeardRequest> _requests = [];
    private readonly List<AttemptEvidence> _attempts = [];
    private readonly Dictionary<IPEndPoint, TimeSpan> _socketHeard = [];

    /// <summary>The adapter's name.</summary>
    public string Adapter { get; } = adapter;

    /// <summary>When the run began.</summary>
    public TimeSpan Began { get; } = began;

    /// <summary>The carrier.</summary>
    public LinkEvidence Link { get; } = new();

    /// <summary>Addresses of this machine on the adapter.</summary>
    public IReadOnlySet<IPAddress> Own { get; set; } = new HashSet<IPAddress>();

    /// <summary>The same with their networks.</summary>
    public IReadOnlyCollection<AdapterAddress> Networks { get; set; } = [];

    /// <summary>Ports that this run listens on.</summary>
    public HashSet<int> Ports { get; } = [];

    /// <summary>Everybody on the cable.</summary>
    public IReadOnlyCollection<CallerEvidence> Callers => _callers.Values;

    /// <summary>The last packets to our ports, as the raw capture heard them.</summary>
    public IReadOnlyList<HeardRequest> Requests => _requests;

    /// <summary>The last tries, oldest first.</summary>
    public IReadOnlyList<AttemptEvidence> Attempts => _attempts;

    /// <summary>What the cable showed while a transfer stood still; null while none does.</summary>
    public StallEvidence? Stall { get; set; }

    /// <summary>Who else answered for an address of ours.</summary>
    public (IPAddress Address, PhysicalAddress Mac)? OtherOwner { get; private set; }

    /// <summary>Answers to ARP that left this machine.</summary>
    public int ArpAnswersLeft { get; private set; }

    /// <summary>Multicast of this machine while a transfer ran.</summary>
    public int Noise { get; private set; }

    /// <summary>Who got the most answers by BOOTP, and how many.</summary>
    public (string Mac, int Count)? MostBootpReplies { get; private set; }

    /// <summary>When the first whole file was with a device; null before.</summary>
    public TimeSpan? CompleteAt { get; private set; }

    /// <summary>Anything came from the other end.</summary>
    public bool HeardAnything { get; private set; }

    /// <summary>When a socket of ours last got a packet from there; null when it never did.</summary>
    public TimeSpan? SocketHeard(IPEndPoint from) => _socketHeard.TryGetValue(from, out TimeSpan at) ? at : null;

    /// <summary>A socket of ours got a packet.</summary>
    public void OnSocket(IPEndPoint from, TimeSpan now)
    {
        HeardAnything = true;
        if (_socketHeard.Count >= MostSockets)
            _socketHeard.Clear();
        _socketHeard[from] = now;
        if (from.Port != DhcpClientPort)
            TftpHeard = now;
    }

    /// <summary>When a socket of ours last got a packet of TFTP from anyone; null before the first.</summary>
    public TimeSpan? TftpHeard { get; private set; }

    /// <summary>The address is of one of our networks, or it is the one of a device that has none yet.</summary>
    public bool IsNear(IPAddress address) => Networks.Count == 0 || address.Equals(IPAddress.Any) || Networks.Any(n => n.Covers(address));

    /// <summary>A frame was heard.</summary>
    /// <param name="heard">The frame.</param>
    /// <param name="payload">Its UDP payload; empty for others.</param>
    /// <param name="outgoing">This machine sent it.</param>
    /// <param name="now">Monotonic time.</param>
    public void OnFrame(in HeardFrame heard, ReadOnlySpan<byte> payload, bool outgoing, TimeSpan now)
    {
        if (outgoing || ownMacs.Contains(heard.Mac))
        {
            OnOwnFrame(heard);
            return;
        }
        HeardAnything = true;
        if (heard.Kind is HeardKind.ArpReply or HeardKind.ArpRequest && Own.Contains(heard.Sender))
            OtherOwner = (heard.Sender, heard.Mac);
        if (!_callers.TryGetValue(heard.Mac, out CallerEvidence? caller))
        {
            if (_callers.Count >= MostCallers)
                _callers.Remove(_callers.Values.MinBy(c => c.Last)!.Mac);
            _callers[heard.Mac] = caller = new CallerEvidence(heard.Mac, now);
        }
        caller.Last = now;
        if (!heard.Sender.Equals(IPAddress.Any))
            caller.Address = heard.Sender;
        switch (heard.Kind)
        {
            case HeardKind.ArpRequest when heard.Sender.Equals(heard.Target):
                caller.Signs.TryAdd(FirmwareSign.Announcement, $"announces {heard.Sender}");
                break;
            case HeardKind.ArpRequest:
                caller.Asked(heard.Target, now);
                break;
            case HeardKind.Ipv6:
                caller.Signs.TryAdd(FirmwareSign.Ipv6, "speaks IPv6");
                break;
            case HeardKind.RouterAdvertisement:
                caller.Signs.TryAdd(FirmwareSign.RouterAdvertisement, "advertises itself as an IPv6 router");
                break;
            case HeardKind.Igmp:
                caller.Signs.TryAdd(FirmwareSign.Igmp, "joins multicast groups");
                break;
            case HeardKind.Lldp:
                caller.Signs.TryAdd(FirmwareSign.Lldp, "names itself by LLDP");
                break;
            case HeardKind.Udp:
                OnUdp(caller, heard, payload, now);
                break;
        }
    }

    /// <summary>A fact of the TFTP server.</summary>
    public void OnTftp(TftpReport report, TimeSpan now)
    {
        switch (report)
        {
            case TftpReport.Started started when started.Request.Opcode == TftpOpcode.Rrq:
                if (_attempts.Count >= MostAttempts)
                    _attempts.RemoveAt(0);
                _attempts.Add(new AttemptEvidence(started.Peer, started.Request, now));
                break;
            case TftpReport.Repeated repeated when Running(repeated.Peer) is AttemptEvidence attempt:
                attempt.Repeats++;
                break;
            case TftpReport.Ended ended when Running(ended.Transfer.Peer) is AttemptEvidence attempt:
                attempt.Report = ended.Transfer;
                attempt.Ended = now;
                if (attempt.Complete)
                    CompleteAt ??= now;
                break;
        }
    }

    /// <summary>A fact of the DHCP server.</summary>
    public void OnDhcp(DhcpReport report)
    {
        if (report.Kind != DhcpReportKind.BootpReply || report.Mac is not PhysicalAddress mac)
            return;
        int count = _bootpReplies.GetValueOrDefault(mac) + 1;
        if (_bootpReplies.Count >= MostCallers && count == 1)
            return;
        _bootpReplies[mac] = count;
        if (MostBootpReplies is not (_, int most) || count > most)
            MostBootpReplies = (MacText.Show(mac), count);
    }

    /// <summary>The transfers as they are now.</summary>
    public void OnTransfers(IReadOnlyCollection<TftpTransfer> transfers, TimeSpan now)
    {
        foreach (TftpTransfer transfer in transfers)
        {
            if (Running(transfer.Peer) is not AttemptEvidence attempt)
                continue;
            attempt.Report = transfer.Report(now);
            attempt.LastProgress = transfer.LastProgress;
            attempt.LastHeard = transfer.LastHeard;
            attempt.Answered = !transfer.Unanswered;
        }
    }

    private AttemptEvidence? Running(IPEndPoint peer) => _attempts.LastOrDefault(a => a.Ended is null && a.Peer.Equals(peer));

    private void OnUdp(CallerEvidence caller, in HeardFrame heard, ReadOnlySpan<byte> payload, TimeSpan now)
    {
        if (heard.DestinationPort is 5353 or 1900)
            caller.Signs.TryAdd(FirmwareSign.NameService, heard.DestinationPort == 5353 ? "names itself by mDNS" : "looks for services by SSDP");
        else if (heard.SourcePort == DhcpHost.Port && heard.DestinationPort == 68)
            caller.Signs.TryAdd(FirmwareSign.DhcpServer, $"answers DHCP as {heard.Sender}");
        if (heard.DestinationPort == DhcpHost.Port && DhcpPacket.TryParse(payload, out DhcpPacket packet) && !packet.IsReply
            && FirmwareSigns.NameOf(packet.Find(DhcpOption.VendorClass), packet.Find(HostName)) is string client)
            caller.Signs.TryAdd(FirmwareSign.DhcpClient, $"asks for an address as {client}");
        else if (heard.DestinationPort is DhcpHost.Port or TftpPort)
            caller.LastRequest = now;
        if (!Ports.Contains(heard.DestinationPort) || !(Own.Contains(heard.Target) || heard.Target.Equals(IPAddress.Broadcast)))
            return;
        if (_requests.Count >= MostRequests)
            _requests.RemoveAt(0);
        _requests.Add(new HeardRequest(now, new IPEndPoint(heard.Sender, heard.SourcePort), new IPEndPoint(heard.Target, heard.DestinationPort)));
    }

    private void OnOwnFrame(in HeardFrame heard)
    {
        if (heard.Kind == HeardKind.ArpReply)
            ArpAnswersLeft++;
        bool noise = heard.Kind == HeardKind.Igmp || (heard.Kind == HeardKind.Udp && heard.DestinationPort is 5353 or 1900);
        if (noise && _attempts.Any(a => a.Ended is null && a.Answered))
            Noise++;
    }
}
