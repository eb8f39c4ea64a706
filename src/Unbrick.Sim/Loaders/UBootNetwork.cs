using Unbrick.Sim.Network;

namespace Unbrick.Sim.Loaders;

/// <summary>What a loader's UDP client (DHCP, TFTP) hears.</summary>
internal delegate void UdpHandler(uint fromIp, in UdpDatagram datagram);

/// <summary>
/// U-Boot's network loop (net/net.c, net/arp.c of 1.1.4 and v2018): one address, one server, one packet that waits for ARP, no fragments.
/// ARP is asked again every 5 s; at the fifth time-out all starts again.
/// </summary>
internal sealed class UBootNetwork
{
    private const int ArpTries = 5;
    private static readonly TimeSpan s_arpTimeout = TimeSpan.FromSeconds(5);

    private readonly IUBootBoard _board;
    private readonly LoaderRecord _record;
    private readonly UBootTftpOptions _options;
    private readonly VirtualTimer _arpTimer;
    private readonly byte[] _frame = new byte[EthernetFrame.MostSize];
    private readonly byte[] _waiting = new byte[EthernetFrame.MostSize];
    private int _waitingLength;
    private uint _waitingFor;
    private int _arpTry;
    private MacAddress _serverMac;
    private ushort _ipId;

    public UBootNetwork(IUBootBoard board, LoaderRecord record, UBootTftpOptions options)
    {
        _board = board;
        _record = record;
        _options = options;
        _arpTimer = board.Time.CreateTimer(ArpTimedOut);
    }

    /// <summary>No answer to five ARP requests.</summary>
    public event Action? ArpFailed;

    /// <summary>Who gets datagrams; null while nobody listens.</summary>
    public UdpHandler? Handler { get; set; }

    /// <summary>0 until it is known: then ARP is not answered, and datagrams to any address are taken.</summary>
    public uint OwnIp { get; set; }

    /// <summary>Forgets the server's hardware address, as every start of TFTP does.</summary>
    public void Reset()
    {
        _serverMac = default;
        _waitingFor = 0;
        _arpTimer.Stop();
    }

    public void SendUdp(uint toIp, ushort toPort, ushort fromPort, ReadOnlySpan<byte> payload)
    {
        bool broadcast = toIp == uint.MaxValue;
        int length = Write(_frame, broadcast ? MacAddress.Broadcast : _serverMac, toIp, toPort, fromPort, payload);
        if (broadcast || _serverMac != default)
        {
            _board.Send(_frame.AsSpan(0, length));
            return;
        }
        _frame.AsSpan(0, length).CopyTo(_waiting);
        _waitingLength = length;
        _waitingFor = toIp;
        _arpTry = 1;
        AskArp();
    }

    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (!EthernetFrame.TryRead(frame, out MacAddress to, out MacAddress from, out ushort type)
            || (to != _board.Mac && to != MacAddress.Broadcast))
        {
            return;
        }
        if (type == EthernetFrame.ArpType && ArpPacket.TryRead(frame[EthernetFrame.HeaderSize..], out ArpPacket arp))
            ReceiveArp(arp, from);
        else if (type == EthernetFrame.Ipv4Type)
            ReceiveIp(frame[EthernetFrame.HeaderSize..]);
    }

    private void ReceiveArp(ArpPacket arp, MacAddress from)
    {
        if (OwnIp == 0 || arp.TargetIp != OwnIp)
            return;
        if (arp.Operation == ArpPacket.Request)
        {
            Tell("Got ARP REQUEST, return our IP\n");
            _board.SendArp(new ArpPacket(ArpPacket.Reply, _board.Mac, OwnIp, arp.SenderMac, arp.SenderIp), from);
        }
        else if (arp.Operation == ArpPacket.Reply && _waitingFor != 0 && arp.SenderIp == _waitingFor)
        {
            Tell($"Got ARP REPLY, set server/gtwy eth addr ({arp.SenderMac})\nGot it\n");
            _serverMac = arp.SenderMac;
            _waitingFor = 0;
            _arpTimer.Stop();
            _serverMac.Write(_waiting);
            _board.Send(_waiting.AsSpan(0, _waitingLength));
        }
    }

    private void ReceiveIp(ReadOnlySpan<byte> packet)
    {
        if (!Ipv4Header.TryRead(packet, out Ipv4Header ip) || ip.IsFragment)
            return;
        // Over 20 bytes whatever the header's length says, and before the destination is looked at: so packets with IP options
        // (IGMP reports, which carry Router Alert) fail here, and old loaders print it.
        if (InternetChecksum.Of(packet[..Ipv4Header.Size]) != 0)
        {
            _record.BadChecksums++;
            if (_options.PrintsBadChecksums)
                _board.Print("checksum bad\n");
            return;
        }
        bool forUs = OwnIp == 0 || ip.Destination == OwnIp || ip.Destination == uint.MaxValue;
        ReadOnlySpan<byte> udp = packet[ip.HeaderLength..ip.TotalLength];
        if (forUs && ip.Protocol == Ipv4Header.Udp && UdpDatagram.TryRead(udp, out UdpDatagram datagram))
            Handler?.Invoke(ip.Source, datagram);
    }

    private void Tell(string text)
    {
        if (_options.RalinkConsole)
            _board.Print(text);
    }

    private void AskArp()
    {
        _record.ArpRequests++;
        _board.SendArp(new ArpPacket(ArpPacket.Request, _board.Mac, OwnIp, default, _waitingFor), MacAddress.Broadcast);
        _arpTimer.Set(s_arpTimeout);
    }

    private void ArpTimedOut()
    {
        if (++_arpTry < ArpTries)
        {
            AskArp();
            return;
        }
        _waitingFor = 0;
        _board.Print("\nARP Retry count exceeded; starting again\n");
        ArpFailed?.Invoke();
    }

    private int Write(Span<byte> frame, MacAddress to, uint toIp, ushort toPort, ushort fromPort, ReadOnlySpan<byte> payload)
    {
        EthernetFrame.WriteHeader(frame, to, _board.Mac, EthernetFrame.Ipv4Type);
        int total = Ipv4Header.Size + UdpDatagram.HeaderSize + payload.Length;
        Span<byte> packet = frame[EthernetFrame.HeaderSize..];
        new Ipv4Header(Ipv4Header.Size, total, _ipId++, Ipv4Header.DontFragment, Ipv4Header.Udp, OwnIp, toIp).Write(packet);
        new UdpDatagram(fromPort, toPort, payload).Write(packet[Ipv4Header.Size..], OwnIp, toIp, withChecksum: false);
        return EthernetFrame.Pad(frame, EthernetFrame.HeaderSize + total);
    }
}
