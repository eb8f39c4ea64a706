using System.Net;
using System.Security.Cryptography;
using Unbrick.Net.Tftp;

namespace Unbrick.Fuzz;

/// <summary>One story: some peers of one server send requests, ACKs, blocks, errors and nonsense, and time passes.</summary>
internal sealed class SequenceFuzz
{
    /// <summary>Ports of boot loaders and of computers; two at one address.</summary>
    private static readonly IPEndPoint[] s_peers =
    [
        new(new IPAddress([192, 168, 1, 1]), 1100), new(new IPAddress([192, 168, 1, 1]), 1200),
        new(new IPAddress([192, 168, 1, 3]), 50_000), new(new IPAddress([192, 168, 1, 3]), 69),
    ];

    private readonly Random _random;
    private readonly PacketMaker _maker;
    private readonly TftpJudge _judge;
    private readonly List<string> _story = [];

    public SequenceFuzz(int seed, IncrementalHash digest)
    {
        _random = new Random(seed);
        _maker = new PacketMaker(_random);
        byte[] content = new byte[_random.Next(4) switch { 0 => 0, 1 => 512, 2 => 5000, _ => 40_000 }];
        _random.NextBytes(content);
        TftpServerOptions options = new()
        {
            SinglePort = _random.Next(5) == 0,
            Heal = _random.Next(8) > 0,
            RollOverTo = _random.Next(2),
            MostTransfers = _random.Next(4) == 0 ? 2 : 100,
        };
        _story.Add($"{content.Length} bytes, {options}");
        _judge = new TftpJudge(content, options, _random.Next(2) == 0, digest) { Now = TimeSpan.FromSeconds(1) };
    }

    public long Answers => _judge.Answers;

    public int Steps { get; private set; }

    /// <summary>What was done, for whoever has to find out what went wrong.</summary>
    public string Story => string.Join("\n", _story);

    /// <summary>Throws at the first thing that must not be.</summary>
    public void Run()
    {
        for (int steps = _random.Next(10, 60); steps > 0; steps--, Steps++)
            Step(s_peers[_random.Next(s_peers.Length)]);
        Tell("a good client");
        _judge.ServeGoodClient(40_000);
        Tell("nobody says anything any more");
        _judge.RunOut();
    }

    private void Step(IPEndPoint peer)
    {
        TftpTransfer? transfer = _judge.Server.Transfers.FirstOrDefault(t => t.Peer.Equals(peer));
        int what = _random.Next(100);
        if (transfer is null ? what < 60 : what < 4)
        {
            byte[] request = _random.Next(5) == 0 ? _maker.Damage(_maker.Request()) : _maker.Request();
            Tell($"{peer} asks {Convert.ToHexString(request)}");
            _judge.Request(request, peer);
        }
        else if (transfer is not null && what < 75)
        {
            byte[] packet = Sensible(transfer);
            Tell($"{peer} sends {Convert.ToHexString(packet.AsSpan(0, Math.Min(packet.Length, 40)))} ({packet.Length} bytes)");
            _judge.Packet(transfer, packet);
        }
        else if (what < 85)
        {
            byte[] packet = _maker.Answer(_random.Next(70));
            Tell($"{peer} strays {Convert.ToHexString(packet)}");
            _judge.Request(packet, peer);
        }
        else
        {
            _judge.Now += TimeSpan.FromMilliseconds(_random.Next(10) switch { 0 => 6000, < 3 => 1100, < 6 => 40, _ => 3 });
            Tell($"it is {_judge.Now}");
            _judge.Timer();
        }
    }

    /// <summary>Mostly the block that was sent last or one near it, so that stories get somewhere.</summary>
    private byte[] Sensible(TftpTransfer transfer)
    {
        int last = _judge.LastBlock.GetValueOrDefault(transfer.Peer);
        if (transfer is WriteTransfer && _random.Next(3) > 0)
        {
            int next = (int)transfer.Report(_judge.Now).Block + _random.Next(4) switch { 0 => 0, 1 => 2, _ => 1 };
            int size = transfer.Agreement.BlockSize;
            return _maker.Numbered(3, next, _random.Next(8) == 0 ? _random.Next(size + 2) : size);
        }
        return _random.Next(10) switch
        {
            < 5 => TftpWire.Ack((ushort)(transfer.Unanswered && transfer.Agreement.Oack is not null ? 0 : last)),
            < 8 => TftpWire.Ack((ushort)(last - _random.Next(-2, 5))),
            8 => _maker.Answer(last),
            _ => _maker.Damage(_maker.Answer(last)),
        };
    }

    private void Tell(string what) => _story.Add(what);
}
