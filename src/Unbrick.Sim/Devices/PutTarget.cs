using System.Buffers.Binary;
using System.Text;
using Unbrick.Net;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Loaders;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Devices;

/// <summary>
/// A board whose boot loader takes a file by TFTP: opens its window some time after power-on, takes blocks in order, checks, writes, boots. See
/// <see cref="PutTargetOptions"/>. Knows no TFTP options, as CFE does not.
/// </summary>
public sealed class PutTarget : SimDevice
{
    private const ushort RequestPort = 69;
    private const ushort WriteRequest = 2;
    private const int BlockSize = 512;
    private const int PausesAt = 10;
    private const int MostRepeats = 5;
    private const int MostAnnouncements = 4;
    private static readonly TimeSpan s_repeat = TimeSpan.FromSeconds(2);

    private readonly PutTargetOptions _options;
    private readonly VirtualTimer _next;
    private readonly VirtualTimer _silence;
    private readonly byte[] _frame = new byte[EthernetFrame.MostSize];
    private readonly TimeSpan _jitter;
    private Action _then = static () => { };
    private readonly List<byte> _received = [];
    private MacAddress _peerMac;
    private uint _peerIp;
    private ushort _peerPort, _port = 2048;
    private int _block, _repeats, _announcements;
    private bool _restarted, _paused;
    private TimeSpan _deafUntil = TimeSpan.MinValue;
    private ushort _ipId;

    /// <summary>A board without power.</summary>
    public PutTarget(VirtualTime time, PutTargetOptions options)
        : base(time, MacOf(options ?? throw new ArgumentNullException(nameof(options))), portSpeedMbit: 100)
    {
        _options = options;
        _jitter = TimeSpan.FromMilliseconds(CableDraw.Mix(options.Seed) % 400);
        _next = time.CreateTimer(() => _then());
        _silence = time.CreateTimer(PeerSilent);
    }

    /// <summary>Where it stands.</summary>
    public PutTargetState State { get; private set; }

    /// <summary>What was written to flash; empty when nothing was.</summary>
    public ReadOnlyMemory<byte> Flash { get; private set; }

    /// <summary>How often its window opened.</summary>
    public int Windows { get; private set; }

    /// <summary>Requests that came while it could take one.</summary>
    public int Requests { get; private set; }

    /// <summary>The name in the request that it took.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Blocks that it had already and got once more.</summary>
    public int Repeated { get; private set; }

    /// <inheritdoc/>
    public override void PowerOn()
    {
        if (State == PutTargetState.Off)
            Enter(PutTargetState.Starting, _options.LinkDelay + _jitter, LinkUp);
    }

    /// <inheritdoc/>
    public override void PowerOff()
    {
        State = PutTargetState.Off;
        _next.Stop();
        _silence.Stop();
        SetLink(false);
    }

    internal override void Receive(ReadOnlySpan<byte> frame)
    {
        if (Time.Elapsed < _deafUntil || !EthernetFrame.TryRead(frame, out MacAddress to, out MacAddress from, out ushort type)
            || (to != Mac && to != MacAddress.Broadcast))
        {
            return;
        }
        ReadOnlySpan<byte> rest = frame[EthernetFrame.HeaderSize..];
        if (type == EthernetFrame.ArpType && ArpPacket.TryRead(rest, out ArpPacket arp))
            ReceiveArp(arp);
        else if (type == EthernetFrame.Ipv4Type && State is PutTargetState.Listening or PutTargetState.Loading)
            ReceiveIp(rest, from);
    }

    private static MacAddress MacOf(PutTargetOptions options) =>
        new(options.Mac ?? 0x0200_0000_0000 | (CableDraw.Mix(options.Seed + 1) & 0x00ff_ffff_ffff));

    private void Enter(PutTargetState state, TimeSpan? lasts, Action then)
    {
        State = state;
        _next.Stop();
        if (lasts is not TimeSpan time)
            return;
        _then = then;
        _next.Set(time);
    }

    private void LinkUp()
    {
        Print($"et0: Link speed: {PortSpeedMbit}BaseT FDX\n");
        SetLink(true);
        Enter(PutTargetState.Starting, _options.OpensAfter, Open);
    }

    private void Open()
    {
        Windows++;
        Print("Reading :: TFTP Server.\n");
        Enter(PutTargetState.Listening, _options.Window, Close);
    }

    private void Close()
    {
        Print("Failed.: Timeout occured\n");
        Enter(PutTargetState.Dead, _options.RestartsAfter, Restart);
    }

    private void Restart()
    {
        PowerOff();
        PowerOn();
    }

    private void ReceiveArp(ArpPacket arp)
    {
        bool listens = State is PutTargetState.Listening or PutTargetState.Loading && _options.AnswersArp;
        uint own = Ipv4.ToNumber(State == PutTargetState.Recovered ? _options.FirmwareIp : _options.OwnIp);
        if ((listens || State == PutTargetState.Recovered) && arp.Operation == ArpPacket.Request && arp.TargetIp == own)
            SendArp(new ArpPacket(ArpPacket.Reply, Mac, own, arp.SenderMac, arp.SenderIp), arp.SenderMac, _options.Turnaround);
    }

    private void ReceiveIp(ReadOnlySpan<byte> packet, MacAddress from)
    {
        if (!Ipv4Header.TryRead(packet, out Ipv4Header ip) || ip.IsFragment || ip.Protocol != Ipv4Header.Udp
            || ip.Destination != Ipv4.ToNumber(_options.OwnIp)
            || (_options.OnlyFrom is { } only && ip.Source != Ipv4.ToNumber(only))
            || !UdpDatagram.TryRead(packet[ip.HeaderLength..ip.TotalLength], out UdpDatagram udp) || udp.Payload.Length < 4)
        {
            return;
        }
        ushort opcode = BinaryPrimitives.ReadUInt16BigEndian(udp.Payload);
        if (udp.ToPort == RequestPort && opcode == WriteRequest)
            Request(udp, ip.Source, from);
        else if (udp.ToPort == _port && opcode == TftpWire.Data && State == PutTargetState.Loading && ip.Source == _peerIp && udp.FromPort == _peerPort)
            Data(udp.Payload);
    }

    private void Request(in UdpDatagram udp, uint from, MacAddress mac)
    {
        Requests++;
        string name = TftpWire.Text(udp.Payload[2..]);
        bool again = State == PutTargetState.Loading && from == _peerIp && udp.FromPort == _peerPort && _block == 0;
        if (!name.Contains(_options.NameHas, StringComparison.OrdinalIgnoreCase) || (State == PutTargetState.Loading && !again))
            return;
        if (!again)
        {
            (Name, _peerIp, _peerPort, _peerMac, _block) = (name, from, udp.FromPort, mac, 0);
            _port++;
            _received.Clear();
            Enter(PutTargetState.Loading, null, static () => { });
        }
        Acknowledge();
    }

    private void Data(ReadOnlySpan<byte> packet)
    {
        ushort number = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (number == (ushort)_block && _block > 0)
        {
            Repeated++;
            Acknowledge();
        }
        if (number != (ushort)(_block + 1))
            return;
        _block++;
        if (_block == _options.RestartsAtBlock && !_restarted)
        {
            _restarted = true;
            Restart();
            return;
        }
        if (_block == PausesAt && _options.Pause > TimeSpan.Zero && !_paused)
            (_paused, _deafUntil) = (true, Time.Elapsed + _options.Pause);
        _received.AddRange(packet[4..]);
        bool last = packet.Length - 4 < BlockSize;
        if (!last || _options.AcksLast)
            Acknowledge();
        if (!last)
            return;
        _silence.Stop();
        Enter(PutTargetState.Checking, _options.CheckTime, Check);
    }

    private void Acknowledge()
    {
        _repeats = 0;
        SendAck();
    }

    private void SendAck()
    {
        Span<byte> ack = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ack, TftpWire.Ack);
        BinaryPrimitives.WriteUInt16BigEndian(ack[2..], (ushort)_block);
        SendUdp(ack);
        _silence.Set(s_repeat);
    }

    private void PeerSilent()
    {
        if (State != PutTargetState.Loading)
            return;
        if (Time.Elapsed < _deafUntil)
            _silence.SetAt(_deafUntil.Ticks);
        else if (++_repeats <= MostRepeats)
            SendAck();
        else
            Open();
    }

    private void Check()
    {
        if (_options.Refusal is not { } reason)
        {
            Flash = _received.ToArray();
            Enter(PutTargetState.Writing, _options.WriteTime, Reset);
            return;
        }
        Print($"{reason}\n");
        byte[] text = Encoding.ASCII.GetBytes(reason);
        byte[] error = [0, (byte)TftpWire.Error, 0, 0, .. text, 0];
        SendUdp(error);
        Open();
    }

    private void Reset()
    {
        SetLink(false);
        Enter(PutTargetState.Booting, _options.ResetTime, () =>
        {
            SetLink(true);
            Enter(PutTargetState.Booting, _options.FirmwareBootTime, Boot);
        });
    }

    private void Boot()
    {
        State = PutTargetState.Recovered;
        _announcements = MostAnnouncements;
        Announce();
    }

    /// <summary>A firmware that starts looks for others a few times; one lost frame must not hide it.</summary>
    private void Announce()
    {
        if (State != PutTargetState.Recovered)
            return;
        uint own = Ipv4.ToNumber(_options.FirmwareIp);
        SendArp(new ArpPacket(ArpPacket.Request, Mac, own, default, own), MacAddress.Broadcast, TimeSpan.Zero);
        if (_announcements-- <= 0)
            return;
        _then = Announce;
        _next.Set(s_repeat);
    }

    private void SendUdp(ReadOnlySpan<byte> payload)
    {
        uint own = Ipv4.ToNumber(_options.OwnIp);
        EthernetFrame.WriteHeader(_frame, _peerMac, Mac, EthernetFrame.Ipv4Type);
        int total = Ipv4Header.Size + UdpDatagram.HeaderSize + payload.Length;
        Span<byte> packet = _frame.AsSpan(EthernetFrame.HeaderSize);
        new Ipv4Header(Ipv4Header.Size, total, _ipId++, Ipv4Header.DontFragment, Ipv4Header.Udp, own, _peerIp).Write(packet);
        new UdpDatagram(_port, _peerPort, payload).Write(packet[Ipv4Header.Size..], own, _peerIp, withChecksum: true);
        SendFrame(_frame.AsSpan(0, EthernetFrame.Pad(_frame, EthernetFrame.HeaderSize + total)), _options.Turnaround);
    }
}
