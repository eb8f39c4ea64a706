using System.Buffers.Binary;
using System.Net;
using System.Text;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Serve;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>A TFTP server without sockets and the teller that puts what happens into words; packets are written by hand.</summary>
internal sealed class TellerBench : IEventSink
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);

    private readonly TftpServer _server;
    private readonly TransferTeller _teller;
    private readonly TftpActions _actions = new();
    private TimeSpan _now;

    /// <summary>Serves <paramref name="blocks"/> blocks of 512 bytes, the last one of them shorter, waiting as other servers do.</summary>
    public TellerBench(int blocks, ITftpUploads? uploads = null, Func<string, string?>? objection = null)
    {
        ImageCatalog catalog = new("image.bin", new byte[(blocks - 1) * 512 + 100], objection ?? (_ => null));
        _server = new TftpServer(catalog, new TftpServerOptions { Heal = false }, uploads);
        Diagnosis = new Diagnosis(this);
        _teller = new TransferTeller(this, "eth0", asked => $"image.bin, not {asked}", Diagnosis);
    }

    public IPEndPoint Peer { get; set; } = new(IPAddress.Parse("192.168.0.86"), 2345);

    public List<UnbrickEvent> Events { get; } = [];

    public Diagnosis Diagnosis { get; }

    public string[] Seen(string code) => [.. Assert.Single(Events.OfType<Found>(), f => f.Problem.Code == code).Problem.Seen];

    public Problem Problem(string code) => Assert.Single(Events.OfType<Found>(), f => f.Problem.Code == code).Problem;

    public TransferEnded Ended => Assert.Single(Events.OfType<TransferEnded>());

    public string[] Wires => [.. Events.OfType<Wire>().Select(w => $"{w.What} {w.Peer} {w.Text}")];

    public void Publish(UnbrickEvent item) => Events.Add(item);

    /// <summary>A read request as a loader with a time-out of 5 s sends it.</summary>
    public void Request(string rest = "timeout\\05\\0", ushort opcode = 1, string name = "recovery.bin")
    {
        byte[] packet = [0, (byte)opcode, .. Encoding.ASCII.GetBytes($"{name}\\0octet\\0{rest}".Replace("\\0", "\0"))];
        _server.OnRequest(packet, Peer, IPAddress.Parse("192.168.0.66"), 1500, _now, _actions);
        Tell();
        _teller.TellRestarts();
    }

    public void Raw(params byte[] packet)
    {
        _server.OnRequest(packet, Peer, IPAddress.Parse("192.168.0.66"), 1500, _now, _actions);
        Tell();
    }

    /// <summary>04 block: acknowledges from one block to another, a millisecond apart.</summary>
    public void Ack(int first, int last)
    {
        for (int block = first; block <= last; block++)
        {
            byte[] ack = [0, 4, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(ack.AsSpan(2), (ushort)block);
            Packet(ack);
            _now += TimeSpan.FromMilliseconds(1);
        }
        _teller.TellProgress(_server.Transfers, _now);
    }

    /// <summary>05 code text.</summary>
    public void Error(byte code, string text) => Packet([0, 5, 0, code, .. Encoding.ASCII.GetBytes(text), 0]);

    public void Wait(double seconds)
    {
        for (TimeSpan end = _now + TimeSpan.FromSeconds(seconds); _now < end;)
        {
            _now += s_tick;
            _server.OnTimer(_now, _actions);
            Tell();
            _teller.TellProgress(_server.Transfers, _now);
        }
    }

    public void Report(TftpReport report) => _teller.Tell(report);

    /// <summary>The request of the transfer under way.</summary>
    public TftpRequest CurrentRequest => Assert.Single(_server.Transfers).Request;

    private void Packet(byte[] packet)
    {
        _server.OnTransfer(_server.Transfers.Single(t => t.Peer.Equals(Peer)), packet, _now, _actions);
        Tell();
    }

    private void Tell()
    {
        foreach (TftpReport report in _actions.Reports)
            _teller.Tell(report);
        _actions.Clear();
    }
}
