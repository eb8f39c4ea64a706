using System.Collections.Immutable;
using Unbrick.Net;
using Unbrick.Net.Host;
using Unbrick.Sim.Cables;

namespace Unbrick.Sim.Network;

/// <summary>The PC's kernel: ARP, IPv4 with fragments on the way out, and the choice of the port that gets a datagram.</summary>
internal sealed class HostNetwork
{
    /// <summary>
    /// Linux tries a neighbour three times, a second apart (mcast_solicit, retrans_time_ms), and keeps a few packets meanwhile.
    /// </summary>
    private const int ArpTries = 3;
    private const int MostPending = 100;
    private static readonly TimeSpan s_arpWait = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time;
    private readonly FaultyCable _cable;
    private readonly Dictionary<uint, MacAddress> _neighbours = [];
    private readonly Dictionary<uint, Unresolved> _unresolved = [];
    private readonly byte[] _frame = new byte[EthernetFrame.MostSize];
    private readonly byte[] _datagram = new byte[ushort.MaxValue];
    private ushort _ipId;

    public HostNetwork(VirtualTime time, FaultyCable cable)
    {
        _time = time;
        _cable = cable;
        cable.CarrierChanged += Forget;
    }

    public static MacAddress Mac { get; } = new(0x0200_5e00_0001);

    public ImmutableArray<AdapterAddress> Addresses { get; set; } = [];

    public bool Enabled { get; set; } = true;

    /// <summary>Neighbours that an administrator fixed; kept when the carrier goes, as Linux does since 4.20.</summary>
    public Dictionary<uint, MacAddress> Fixed { get; } = [];

    public List<SimUdpPort> Ports { get; } = [];

    public List<SimFrameTap> Taps { get; } = [];

    public List<SimFramePort> Frames { get; } = [];

    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (!Enabled)
            return;
        Show(frame, outgoing: false);
        foreach (SimFramePort port in Frames)
            port.Take(frame);
        if (!EthernetFrame.TryRead(frame, out MacAddress to, out _, out ushort type) || (to != Mac && to != MacAddress.Broadcast))
            return;
        ReadOnlySpan<byte> payload = frame[EthernetFrame.HeaderSize..];
        if (type == EthernetFrame.ArpType && ArpPacket.TryRead(payload, out ArpPacket arp))
            ReceiveArp(arp);
        else if (type == EthernetFrame.Ipv4Type)
            ReceiveIp(payload);
    }

    /// <summary>Sends a datagram from an address of this PC; without a way to the receiver it is lost.</summary>
    public void SendUdp(uint from, ushort fromPort, uint to, ushort toPort, ReadOnlySpan<byte> payload)
    {
        if (!Enabled || !_cable.Carrier || payload.Length > ushort.MaxValue - Ipv4Header.Size - UdpDatagram.HeaderSize)
            return;
        int length = new UdpDatagram(fromPort, toPort, payload).Write(_datagram, from, to, withChecksum: true);
        _ipId++;
        if (IsBroadcast(to))
            SendFragments(from, to, MacAddress.Broadcast, _datagram.AsSpan(0, length));
        else if (!OnLink(to))
            return;
        else if (Fixed.TryGetValue(to, out MacAddress mac) || _neighbours.TryGetValue(to, out mac))
            SendFragments(from, to, mac, _datagram.AsSpan(0, length));
        else
            Resolve(from, to, _datagram.AsSpan(0, length));
    }

    /// <summary>Sends a frame that a program made itself.</summary>
    public void SendRaw(ReadOnlySpan<byte> frame)
    {
        if (!Enabled || !_cable.Carrier || frame.Length is < EthernetFrame.HeaderSize or > EthernetFrame.MostSize)
            return;
        frame.CopyTo(_frame);
        SendFrame(frame.Length);
    }

    public bool Owns(uint address)
    {
        foreach (AdapterAddress own in Addresses)
        {
            if (Ipv4.ToNumber(own.Address) == address)
                return true;
        }
        return false;
    }

    public bool IsBroadcast(uint address)
    {
        foreach (AdapterAddress own in Addresses)
        {
            if (own.PrefixLength < 31 && (Ipv4.ToNumber(own.Address) | ~Ipv4.Mask(own.PrefixLength)) == address)
                return true;
        }
        return address == uint.MaxValue;
    }

    /// <summary>The source a system chooses: the address in the receiver's network, else the first; 0 when there is none.</summary>
    public uint SourceFor(uint to)
    {
        foreach (AdapterAddress own in Addresses)
        {
            if (IsIn(own, to))
                return Ipv4.ToNumber(own.Address);
        }
        return Addresses.IsEmpty ? 0 : Ipv4.ToNumber(Addresses[0].Address);
    }

    private static bool IsIn(AdapterAddress network, uint address) =>
        ((Ipv4.ToNumber(network.Address) ^ address) & Ipv4.Mask(network.PrefixLength)) == 0;

    private bool OnLink(uint to)
    {
        foreach (AdapterAddress address in Addresses)
        {
            if (IsIn(address, to))
                return true;
        }
        return false;
    }

    private void ReceiveArp(ArpPacket arp)
    {
        if (!Owns(arp.TargetIp))
            return;
        // Linux learns from requests to it, too; that is why the first answer to a loader needs no ARP of our own.
        if (arp.SenderIp != 0)
            Learn(arp.SenderIp, arp.SenderMac);
        if (arp.Operation == ArpPacket.Request)
            SendArp(new ArpPacket(ArpPacket.Reply, Mac, arp.TargetIp, arp.SenderMac, arp.SenderIp), arp.SenderMac);
    }

    private void Learn(uint ip, MacAddress mac)
    {
        _neighbours[ip] = mac;
        if (!_unresolved.Remove(ip, out Unresolved? waiting))
            return;
        waiting.Timer.Stop();
        foreach ((uint from, byte[] datagram) in waiting.Datagrams)
            SendFragments(from, ip, mac, datagram);
    }

    private void Resolve(uint from, uint to, ReadOnlySpan<byte> datagram)
    {
        if (!_unresolved.TryGetValue(to, out Unresolved? waiting))
        {
            waiting = new Unresolved(_time.CreateTimer(() => Ask(from, to)));
            _unresolved[to] = waiting;
            waiting.Datagrams.Add((from, datagram.ToArray()));
            Ask(from, to);
        }
        else if (waiting.Datagrams.Count < MostPending)
        {
            waiting.Datagrams.Add((from, datagram.ToArray()));
        }
    }

    private void Ask(uint from, uint to)
    {
        Unresolved waiting = _unresolved[to];
        if (waiting.Tries++ == ArpTries)
        {
            _unresolved.Remove(to);
            return;
        }
        waiting.Timer.Set(s_arpWait);
        SendArp(new ArpPacket(ArpPacket.Request, Mac, from, default, to), MacAddress.Broadcast);
    }

    /// <summary>Forgets a neighbour and what waits for it, as RTM_DELNEIGH does.</summary>
    public void Forget(uint ip)
    {
        _neighbours.Remove(ip);
        if (_unresolved.Remove(ip, out Unresolved? waiting))
            waiting.Timer.Stop();
    }

    /// <summary>Neighbours are forgotten when the carrier goes, as by Linux (neigh_carrier_down).</summary>
    private void Forget()
    {
        if (_cable.Carrier)
            return;
        _neighbours.Clear();
        foreach (Unresolved waiting in _unresolved.Values)
            waiting.Timer.Stop();
        _unresolved.Clear();
    }

    private void ReceiveIp(ReadOnlySpan<byte> packet)
    {
        if (!Ipv4Header.TryRead(packet, out Ipv4Header ip) || ip.IsFragment || ip.Protocol != Ipv4Header.Udp
            || InternetChecksum.Of(packet[..ip.HeaderLength]) != 0)
        {
            return;
        }
        ReadOnlySpan<byte> udp = packet[ip.HeaderLength..ip.TotalLength];
        if (!UdpDatagram.TryRead(udp, out UdpDatagram datagram)
            || !UdpDatagram.ChecksumFits(udp[..(UdpDatagram.HeaderSize + datagram.Payload.Length)], ip.Source, ip.Destination))
        {
            return;
        }
        if (IsBroadcast(ip.Destination))
        {
            foreach (SimUdpPort port in Ports)
            {
                if (port.Accepts(ip, datagram) > 0)
                    port.Deliver(ip, datagram);
            }
        }
        else if (Owns(ip.Destination))
        {
            BestPort(ip, datagram)?.Deliver(ip, datagram);
        }
    }

    /// <summary>The port that names most of what the datagram says: its peer before its address before just its number.</summary>
    private SimUdpPort? BestPort(in Ipv4Header ip, in UdpDatagram datagram)
    {
        SimUdpPort? best = null;
        int most = 0;
        foreach (SimUdpPort port in Ports)
        {
            int score = port.Accepts(ip, datagram);
            if (score > most)
                (best, most) = (port, score);
        }
        return best;
    }

    private void SendFragments(uint from, uint to, MacAddress mac, ReadOnlySpan<byte> datagram)
    {
        // Every fragment but the last carries a multiple of eight bytes (RFC 791).
        const int Largest = (EthernetFrame.Mtu - Ipv4Header.Size) & ~7;
        for (int at = 0; at < datagram.Length; at += Largest)
        {
            ReadOnlySpan<byte> part = datagram.Slice(at, Math.Min(Largest, datagram.Length - at));
            ushort more = at + part.Length < datagram.Length ? Ipv4Header.MoreFragments : (ushort)0;
            int total = Ipv4Header.Size + part.Length;
            EthernetFrame.WriteHeader(_frame, mac, Mac, EthernetFrame.Ipv4Type);
            new Ipv4Header(Ipv4Header.Size, total, _ipId, (ushort)(more | at / 8), Ipv4Header.Udp, from, to)
                .Write(_frame.AsSpan(EthernetFrame.HeaderSize));
            part.CopyTo(_frame.AsSpan(EthernetFrame.HeaderSize + Ipv4Header.Size));
            SendFrame(EthernetFrame.HeaderSize + total);
        }
    }

    private void SendArp(ArpPacket packet, MacAddress to)
    {
        packet.WriteFrame(_frame, to);
        SendFrame(EthernetFrame.HeaderSize + ArpPacket.Size);
    }

    /// <summary>A tap sees what the system hands to the adapter, before the hardware pads it.</summary>
    private void SendFrame(int length)
    {
        Show(_frame.AsSpan(0, length), outgoing: true);
        _cable.SendDown(_frame.AsSpan(0, EthernetFrame.Pad(_frame, length)));
    }

    private void Show(ReadOnlySpan<byte> frame, bool outgoing)
    {
        foreach (SimFrameTap tap in Taps)
            tap.Take(frame, outgoing);
    }

    private sealed class Unresolved(VirtualTimer timer)
    {
        public VirtualTimer Timer { get; } = timer;

        public List<(uint From, byte[] Datagram)> Datagrams { get; } = [];

        public int Tries { get; set; }
    }
}
