using System.Buffers.Binary;
using System.Text;
using Unbrick.Net;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Loaders;

/// <summary>
/// U-Boot's DHCP client (net/bootp.c): takes the first reply to its number for an offer, without a look at the message type; asks for
/// it; needs an ACK then. Old ones learn server and file from the fixed fields of the packet only, new ones from option 67, too.
/// </summary>
internal sealed class UBootDhcp
{
    private const ushort ClientPort = 68;
    private const ushort ServerPort = 67;
    private const byte Discover = 1;
    private const byte Request = 3;
    private const byte Ack = 5;
    private const byte ServerId = 54;
    private const int LeastOptions = 64;

    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_oldRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_requestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(28);

    private readonly IUBootBoard _board;
    private readonly UBootNetwork _network;
    private readonly LoaderRecord _record;
    private readonly bool _modern;
    private readonly VirtualTimer _timer;
    private readonly List<uint> _xids = [];
    private readonly byte[] _packet = new byte[512];
    private bool _requesting;
    private int _try;
    private TimeSpan _retry;
    private TimeSpan _started;

    /// <param name="board">The board.</param>
    /// <param name="network">Its network loop.</param>
    /// <param name="modern">v2014.10 and later: asks again after 250 ms, doubling to 2 s, for 28 s; before: every 5 s, five times.</param>
    /// <param name="record">Counts.</param>
    public UBootDhcp(IUBootBoard board, UBootNetwork network, bool modern, LoaderRecord record)
    {
        _board = board;
        _network = network;
        _modern = modern;
        _record = record;
        _timer = board.Time.CreateTimer(TimedOut);
    }

    /// <summary>Its kind (option 60); null for none.</summary>
    public string? VendorClass { get; init; }

    /// <summary>BOOTP (RFC 951) alone: one request, one reply, and a reply with a DHCP message type is none (forum.mikrotik.com/t/55300).</summary>
    public bool Bootp { get; init; }

    /// <summary>It has an address.</summary>
    public event Action? Bound;

    /// <summary>Nobody answered.</summary>
    public event Action? Failed;

    /// <summary>From siaddr; 0 when no reply named one.</summary>
    public uint ServerIp { get; private set; }

    /// <summary>From the file field or option 67; empty when no reply named one.</summary>
    public string File { get; private set; } = "";

    public void Start()
    {
        _network.Reset();
        _network.OwnIp = 0;
        _network.Handler = Receive;
        _try = 0;
        _xids.Clear();
        _retry = _modern ? s_firstRetry : s_oldRetry;
        _started = _board.Time.Elapsed;
        Broadcast();
    }

    public void Stop()
    {
        _timer.Stop();
        _network.Handler = null;
    }

    private void Broadcast()
    {
        _requesting = false;
        _record.DhcpBroadcasts++;
        _board.Print($"BOOTP broadcast {++_try}\n");
        uint xid = (uint)_board.Mac.Value + (uint)_board.Time.Elapsed.TotalMilliseconds;
        if (!_modern)
            _xids.Clear();
        _xids.Add(xid);
        Send(xid, Discover, default, 0);
        _timer.Set(_retry);
    }

    private void TimedOut()
    {
        bool enough = _modern ? _board.Time.Elapsed - _started >= s_patience : _try >= 5;
        if (enough)
        {
            _board.Print(_modern ? "\nRetry time exceeded; starting again\n" : "\nRetry count exceeded; starting again\n");
            Stop();
            Failed?.Invoke();
            return;
        }
        if (_modern)
            _retry = _retry * 2 < s_longestRetry ? _retry * 2 : s_longestRetry;
        Broadcast();
    }

    private void Receive(uint fromIp, in UdpDatagram datagram)
    {
        ReadOnlySpan<byte> reply = datagram.Payload;
        bool isDhcp = datagram.ToPort == ClientPort && datagram.FromPort == ServerPort && BootpWire.IsReply(reply);
        if (!isDhcp || !_xids.Contains(BootpWire.Xid(reply)))
            return;
        // Only new ones compare the hardware address: two old boxes with the same default address take each other's replies.
        if ((_modern && BootpWire.ClientMac(reply) != _board.Mac) || BootpWire.YourIp(reply) == 0)
            return;
        ReadOnlySpan<byte> type = BootpWire.Option(reply, BootpWire.MessageType, padHasLength: !_modern);
        if (Bootp && type.Length > 0)
            return;
        if (!_requesting && !Bootp)
        {
            TakeOffer(reply);
            return;
        }
        if (!Bootp && (type.Length < 1 || type[0] != Ack))
            return;
        Learn(reply);
        _network.OwnIp = BootpWire.YourIp(reply);
        Stop();
        string taken = _modern ? $" ({(long)(_board.Time.Elapsed - _started).TotalMilliseconds} ms)" : "";
        _board.Print($"DHCP client bound to address {Ipv4.FromNumber(_network.OwnIp)}{taken}\n");
        Bound?.Invoke();
    }

    private void TakeOffer(ReadOnlySpan<byte> offer)
    {
        _requesting = true;
        _timer.Set(s_requestWait);
        Learn(offer);
        // 1.1.x takes the address before it is acknowledged, so its REQUEST comes from there (DhcpSendRequestPkt).
        if (!_modern)
            _network.OwnIp = BootpWire.YourIp(offer);
        Send(BootpWire.Xid(offer), Request, BootpWire.Option(offer, ServerId, padHasLength: !_modern), BootpWire.YourIp(offer));
    }

    private void Learn(ReadOnlySpan<byte> reply)
    {
        if (BootpWire.ServerIp(reply) is not 0 and uint server)
            ServerIp = server;
        string file = BootpWire.FileField(reply);
        if (file.Length == 0 && _modern)
            file = TftpWire.Text(BootpWire.Option(reply, BootpWire.BootFile, padHasLength: false));
        if (file.Length > 0)
            File = file;
    }

    private void Send(uint xid, byte type, ReadOnlySpan<byte> serverId, uint requested)
    {
        BootpWire.WriteRequest(_packet, _board.Mac, xid, (ushort)(_board.Time.Elapsed - _started).TotalSeconds);
        int at = BootpWire.OptionsAt;
        if (!Bootp)
        {
            at = Put(at, BootpWire.MessageType, [type]);
            at = Put(at, 57, [0x02, 0x40]);
        }
        if (VendorClass is string kind)
            at = Put(at, 60, Encoding.ASCII.GetBytes(kind));
        if (serverId.Length == 4)
            at = Put(at, ServerId, serverId);
        if (requested != 0)
        {
            Span<byte> address = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(address, requested);
            at = Put(at, 50, address);
        }
        if (!Bootp)
            at = Put(at, 55, [1, 3, 6, 12, 17]);
        _packet[at++] = 255;
        int length = Math.Max(at, BootpWire.OptionsAt - 4 + LeastOptions);
        _network.SendUdp(uint.MaxValue, ServerPort, ClientPort, _packet.AsSpan(0, length));
    }

    private int Put(int at, byte code, ReadOnlySpan<byte> value)
    {
        _packet[at] = code;
        _packet[at + 1] = (byte)value.Length;
        value.CopyTo(_packet.AsSpan(at + 2));
        return at + 2 + value.Length;
    }
}
