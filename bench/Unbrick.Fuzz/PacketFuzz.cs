using System.Net;
using System.Security.Cryptography;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Frames;
using Unbrick.Net.Tftp;

namespace Unbrick.Fuzz;

/// <summary>One packet after the other at everything that reads packets; the servers stay the same, as they do on an evening.</summary>
internal sealed class PacketFuzz
{
    private const int MostLiving = 50;

    private readonly Random _random;
    private readonly PacketMaker _maker;
    private readonly IncrementalHash _digest;
    private readonly TftpJudge _tftp;
    private readonly DhcpServer _dhcp;
    private readonly DhcpActions _dhcpActions = new();
    private readonly PushFuzz _push;

    public PacketFuzz(int seed, IncrementalHash digest)
    {
        _random = new Random(seed);
        _maker = new PacketMaker(_random);
        _digest = digest;
        byte[] content = new byte[20_000];
        _random.NextBytes(content);
        _push = new PushFuzz(_random, _maker, content, digest);
        _tftp = new TftpJudge(content, new TftpServerOptions { MostTransfers = MostLiving }, uploads: true, digest);
        _dhcp = new DhcpServer(new DhcpServerOptions
        {
            ServerAddress = new IPAddress([192, 168, 79, 1]),
            PoolFirst = new IPAddress([192, 168, 79, 100]),
            PoolLast = new IPAddress([192, 168, 79, 150]),
            BootFile = "recovery.bin",
        });
    }

    public long Answers => _tftp.Answers + DhcpAnswers + _push.Answers;

    private long DhcpAnswers { get; set; }

    /// <summary>The packet of the last step.</summary>
    public byte[] Last { get; private set; } = [];

    public void Step()
    {
        _tftp.Now += TimeSpan.FromMilliseconds(_random.Next(5));
        switch (_random.Next(14))
        {
            case < 3:
                Tftp(_maker.Damage(_maker.Request()));
                break;
            case < 6:
                Tftp(_maker.Damage(_maker.Answer(_random.Next(60))));
                break;
            case 6:
                Tftp(_maker.Noise(1600));
                break;
            case < 9:
                Dhcp(_maker.Damage(_maker.Dhcp()));
                break;
            case < 11:
                Push(_push.Put);
                break;
            case < 13:
                Push(_push.Nmrp);
                break;
            default:
                Frame(_maker.Damage(_maker.Frame()));
                break;
        }
        if (_random.Next(50) == 0)
            _tftp.Timer();
    }

    public void ServeGoodClient()
    {
        _tftp.ServeGoodClient(40_000);
        _push.SendToGoodDevice();
    }

    private void Push(Action step)
    {
        try
        {
            step();
        }
        finally
        {
            Last = _push.Last;
        }
    }

    private void Tftp(byte[] packet)
    {
        Last = packet;
        TftpRequestFault fault = TftpRequest.TryParse(packet, out TftpRequest? request);
        Require(fault == TftpRequestFault.None == request is not null, "a request with a fault, or a fault without one");
        Require(request is null || !request.ToString().Any(char.IsControl), "a request is shown with control characters");
        _tftp.Request(packet, new IPEndPoint(new IPAddress([10, 0, 0, (byte)_random.Next(256)]), _random.Next(1, 65_536)));
        int living = _tftp.Server.Transfers.Count;
        if (living > 0)
            _tftp.Packet(_tftp.Server.Transfers.ElementAt(_random.Next(living)), packet);
    }

    private void Dhcp(byte[] packet)
    {
        Last = packet;
        _dhcp.OnDatagram(packet, new IPEndPoint(IPAddress.Any, 68), _tftp.Now, _dhcpActions);
        Require(_dhcpActions.Sends.Count <= 1, "more than one DHCP answer");
        foreach (DhcpSend send in _dhcpActions.Sends)
        {
            DhcpAnswers++;
            _digest.AppendData(send.Payload);
            Require(send.Payload.Length is >= 300 and <= 1472, $"a DHCP answer of {send.Payload.Length} bytes");
        }
        _dhcpActions.Clear();
        if (DhcpProbe.TryReadForeignOffer(packet, null, null, out IPAddress server, out _))
            _digest.AppendData(server.GetAddressBytes());
    }

    private void Frame(byte[] frame)
    {
        Last = frame;
        if (!HeardFrame.TryRead(frame, out HeardFrame heard))
            return;
        _digest.AppendData(heard.Mac.GetAddressBytes());
        Require(heard.Kind != HeardKind.Udp || heard.Payload.GetOffsetAndLength(frame.Length).Offset >= 42, "a payload begins in a header");
        if (heard.Kind == HeardKind.Udp)
            Tftp(frame[heard.Payload]);
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new FuzzException(what);
    }
}
