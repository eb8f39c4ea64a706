using System.Net;
using System.Security.Cryptography;
using Unbrick.Net.Tftp;

namespace Unbrick.Fuzz;

/// <summary>
/// A TFTP server that is fed and whose actions are looked at: what must hold whatever comes in. All that goes out is taken into a digest.
/// </summary>
internal sealed class TftpJudge
{
    private readonly byte[] _content;
    private readonly byte[] _text;
    private readonly TftpServerOptions _options;
    private readonly IncrementalHash _digest;
    private readonly TftpActions _actions = new();
    private readonly Dictionary<int, TftpTransfer> _open = [];
    private readonly byte[] _packet = new byte[65536];
    private readonly IPAddress _own = new([192, 168, 1, 2]);
    private int _started, _ended;

    public TftpJudge(byte[] content, TftpServerOptions options, bool uploads, IncrementalHash digest)
    {
        _content = content;
        _text = Netascii.Encode(content);
        _options = options;
        _digest = digest;
        Server = new TftpServer(new Catalog(content), options, uploads ? new Uploads() : null);
    }

    public TftpServer Server { get; }

    public TimeSpan Now { get; set; }

    public long Answers { get; private set; }

    /// <summary>Number on the wire of the last block that went to a peer.</summary>
    public Dictionary<IPEndPoint, int> LastBlock { get; } = [];

    public void Request(byte[] datagram, IPEndPoint peer)
    {
        bool transfer = _options.SinglePort && Server.Transfers.Any(t => t.Peer.Equals(peer));
        Server.OnRequest(datagram, peer, _own, 1500, Now, _actions);
        bool request = TftpWire.OpcodeOf(datagram) is TftpOpcode.Rrq or TftpOpcode.Wrq;
        Judge(request || transfer ? MostFor(peer) : 0);
    }

    public void Packet(TftpTransfer transfer, byte[] datagram)
    {
        bool error = TftpWire.OpcodeOf(datagram) == TftpOpcode.Error || transfer.Ended;
        Server.OnTransfer(transfer, datagram, Now, _actions);
        Judge(error ? 0 : Most(transfer));
    }

    public void Timer()
    {
        int most = Server.Transfers.Sum(Most);
        Server.OnTimer(Now, _actions);
        Judge(most);
        foreach (TftpTransfer transfer in Server.Transfers)
            Require(Server.NextDue <= transfer.Due, "a transfer is due before the server says so");
    }

    /// <summary>A client that does all right gets the whole file.</summary>
    public void ServeGoodClient(int port)
    {
        IPEndPoint peer = new(new IPAddress([192, 168, 1, 77]), port);
        Request([0, 1, .. "f\0octet\0blksize\0512\0"u8], peer);
        int last = _content.Length / 512 + 1;
        for (int block = 0; block <= last; block++)
        {
            TftpTransfer? transfer = Server.Transfers.FirstOrDefault(t => t.Peer.Equals(peer));
            Require(transfer is not null, $"a good client is not served (at block {block})");
            Packet(transfer!, TftpWire.Ack((ushort)block));
            if (block < last)
                Require(LastBlock[peer] == block + 1, $"a good client gets block {LastBlock[peer]} after {block}");
        }
        Require(Server.Transfers.All(t => !t.Peer.Equals(peer)), "a good client's transfer does not end");
    }

    /// <summary>All that began has ended when nobody says anything any more.</summary>
    public void RunOut()
    {
        // 75 s of patience; a server that does not heal looks only every `timeout` seconds, 255 at the most.
        TimeSpan end = Now + TimeSpan.FromSeconds(75 + 255);
        while (Server.NextDue < end)
        {
            TimeSpan due = Server.NextDue;
            Now = due > Now ? due : Now;
            Timer();
            Require(Server.NextDue > due, "a timer is due for ever");
        }
        Require(Server.Transfers.Count == 0, "a transfer does not end by itself");
        Require(_started == _ended, $"{_started} transfers began, {_ended} ended");
        Require(_open.Count == 0, "a port stays open");
    }

    private int MostFor(IPEndPoint peer) => Server.Transfers.Where(t => t.Peer.Equals(peer)).Sum(Most) + 2;

    /// <summary>Packets that one packet or time-out may cause: a window, or lock-step's eight blocks and what goes before them.</summary>
    private static int Most(TftpTransfer transfer) => Math.Max(transfer.Agreement.WindowSize, 9) + 1;

    private void Judge(int mostPackets)
    {
        int packets = 0;
        foreach (TftpAction action in _actions.Items)
        {
            _digest.AppendData([(byte)action.Kind]);
            switch (action.Kind)
            {
                case TftpActionKind.Open:
                    Require(_open.TryAdd(action.Transfer!.Id, action.Transfer), "a port is opened twice");
                    break;
                case TftpActionKind.Close:
                    Require(_open.Remove(action.Transfer!.Id), "a port is closed that is not open");
                    break;
                case TftpActionKind.SendBlocks:
                    RequireOpen(action);
                    packets += action.Count;
                    for (long block = action.First; block < action.First + action.Count; block++)
                        Block(action.Transfer!, block);
                    break;
                default:
                    RequireOpen(action);
                    packets++;
                    _digest.AppendData(action.Packet!);
                    break;
            }
        }
        Answers += packets;
        Require(packets <= mostPackets, $"{packets} packets for one, {mostPackets} at the most");
        foreach (TftpReport report in _actions.Reports)
        {
            _started += report is TftpReport.Started ? 1 : 0;
            _ended += report is TftpReport.Ended ? 1 : 0;
        }
        _actions.Clear();
        Require(Server.Transfers.Count <= _options.MostTransfers, "more transfers than allowed");
    }

    private void RequireOpen(in TftpAction action)
    {
        if (action.Kind != TftpActionKind.SendFromRequestPort && !_options.SinglePort)
            Require(_open.ContainsKey(action.Transfer!.Id), "sent from a port that is not open");
    }

    private void Block(TftpTransfer transfer, long block)
    {
        ReadOnlySpan<byte> content = transfer.Request.Mode == TftpMode.Netascii ? _text : _content;
        int size = transfer.Agreement.BlockSize;
        long at = (block - 1) * size;
        Require(block >= 1 && at <= content.Length, $"block {block} is sent, which is none");
        int length = transfer.WriteBlocks(block, 1, _packet) - TftpWire.DataHeader;
        Require(length == Math.Min(size, content.Length - at), $"block {block} is {length} bytes long");
        Require(content.Slice((int)at, length).SequenceEqual(_packet.AsSpan(4, length)), $"block {block} has other bytes than the file");
        _digest.AppendData(_packet.AsSpan(0, TftpWire.DataHeader));
        TftpWire.TryReadBlock(_packet, out ushort number);
        LastBlock[transfer.Peer] = number;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new FuzzException(what);
    }

    private sealed class Catalog(byte[] content) : ITftpCatalog
    {
        public TftpAnswer Find(TftpRequest request, IPEndPoint peer) =>
            request.Name == "missing" ? new TftpAnswer.Refuse(TftpErrorCode.NotFound, "none") : new TftpAnswer.Serve("f", content);
    }

    /// <summary>Counts what comes and refuses at 10,000 bytes.</summary>
    private sealed class Uploads : ITftpUploads
    {
        public ITftpUpload? Begin(TftpRequest request, IPEndPoint peer, long? announced, out TftpAnswer.Refuse refusal)
        {
            refusal = new(TftpErrorCode.Full, "too big");
            return announced > 10_000 ? null : new Upload(request.Name);
        }
    }

    private sealed class Upload(string name) : ITftpUpload
    {
        private long _bytes;
        private bool _over;

        public string Name => name;

        public bool Append(ReadOnlySpan<byte> data)
        {
            Require(!_over, "an upload goes on after its end");
            return (_bytes += data.Length) <= 10_000;
        }

        public bool Complete()
        {
            Require(!_over, "an upload ends twice");
            return _over = true;
        }

        public void Abandon()
        {
            Require(!_over, "an upload is abandoned after its end");
            _over = true;
        }
    }
}
