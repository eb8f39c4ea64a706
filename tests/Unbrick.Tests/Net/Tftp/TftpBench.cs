using System.Buffers.Binary;
using System.Net;
using System.Text;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>
/// A server without sockets and a clock that only tests move. What it does comes back as text: "OACK blksize 1024", "DATA 3" (a full
/// block), "DATA 6 (440)" (the short one), "ACK 2", "ERROR 1 no such file here"; "silence" for nothing. What goes to another than the usual
/// client port has "@port" behind it. Every block is compared with the content, and nothing may leave from a port that is not open.
/// </summary>
internal sealed class TftpBench
{
    public const int Port = 50_000;
    public static readonly IPAddress PcIp = new([192, 168, 1, 2]);
    private static readonly IPAddress s_deviceIp = new([192, 168, 1, 1]);

    private readonly byte[] _content;
    private readonly TftpServerOptions _options;
    private readonly TftpActions _actions = new();
    private readonly HashSet<int> _open = [];
    private readonly byte[] _packet = new byte[65536];
    private readonly int _mtu;

    public TftpBench(
        int size = 3000, TftpServerOptions? options = null, ITftpUploads? uploads = null, int mtu = 1500, byte[]? content = null)
    {
        _content = content ?? OneFileCatalog.Content(size);
        _options = options ?? new TftpServerOptions();
        _mtu = mtu;
        Server = new TftpServer(new OneFileCatalog(_content), _options, uploads);
    }

    public TftpServer Server { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public List<TftpReport> Reports { get; } = [];

    /// <summary>What is expected on the wire when it is not the content itself (netascii).</summary>
    public byte[]? OnWire { get; init; }

    /// <summary>Packets sent since the start, and DATA packets among them.</summary>
    public int Packets { get; private set; }

    public int OpenPorts => _open.Count;

    public IEnumerable<TransferReport> Ended => Reports.OfType<TftpReport.Ended>().Select(report => report.Transfer);

    public TransferOutcome Outcome => Ended.Last().Outcome;

    public static IPEndPoint Client(int port = Port) => new(s_deviceIp, port);

    /// <summary>The transfer's numbers while it runs, or when it ended.</summary>
    public TransferReport Report() => Server.Transfers.FirstOrDefault()?.Report(Now) ?? Ended.Last();

    /// <summary>"RRQ f octet blksize 1024": words become strings with a NUL behind each.</summary>
    public static byte[] Request(string words)
    {
        string[] parts = words.Split(' ');
        return [0, (byte)(parts[0] == "RRQ" ? 1 : 2), .. parts[1..].SelectMany(part => Encoding.Latin1.GetBytes(part + '\0'))];
    }

    public string Ask(string words, int port = Port) => Ask(Request(words), port);

    public string Ask(byte[] datagram, int port = Port)
    {
        Server.OnRequest(datagram, Client(port), PcIp, _mtu, Now, _actions);
        return Execute();
    }

    /// <summary>"ACK 7", "DATA 1 512", "ERROR 0 text" from the client to the transfer's port; the port's newest transfer gets it.</summary>
    public string Hear(string packet, int port = Port)
    {
        TftpTransfer? transfer = Server.Transfers.FirstOrDefault(transfer => transfer.Peer.Port == port);
        return transfer is null ? "closed" : Hear(transfer, Packet(packet));
    }

    public string Hear(TftpTransfer transfer, byte[] packet)
    {
        Server.OnTransfer(transfer, packet, Now, _actions);
        return Execute();
    }

    public string Hear(byte[] packet) => Hear(Server.Transfers.First(), packet);

    /// <summary>Acknowledges block after block; the answer to the last ACK.</summary>
    public string Take(int from, int to)
    {
        string answer = "";
        for (int block = from; block <= to; block++)
        {
            Now += TimeSpan.FromMilliseconds(1);
            answer = Hear($"ACK {block & 0xffff}");
        }
        return answer;
    }

    /// <summary>Lets time pass; "30: DATA 3" is something that was sent after 30 ms.</summary>
    public string Pass(double milliseconds)
    {
        TimeSpan begun = Now, end = begun + TimeSpan.FromMilliseconds(milliseconds);
        List<string> seen = [];
        while (Server.NextDue <= end)
        {
            Now = Server.NextDue > Now ? Server.NextDue : Now;
            Server.OnTimer(Now, _actions);
            string answer = Execute();
            if (answer != "silence")
                seen.Add($"{Math.Round((Now - begun).TotalMilliseconds)}: {answer}");
        }
        Now = end;
        return seen.Count == 0 ? "silence" : string.Join(", ", seen);
    }

    public string Stop()
    {
        Server.Stop(Now, _actions);
        return Execute();
    }

    /// <summary>What <see cref="Hear(string, int)"/> takes, as bytes.</summary>
    public static byte[] Packet(string words)
    {
        string[] parts = words.Split(' ', 3);
        ushort number = ushort.Parse(parts[1]);
        switch (parts[0])
        {
            case "ACK":
                return TftpWire.Ack(number);
            case "ERROR":
                return TftpWire.Error((TftpErrorCode)number, parts.ElementAtOrDefault(2) ?? "");
            default:
                byte[] data = new byte[4 + int.Parse(parts[2])];
                TftpWire.WriteDataHeader(data, number);
                data.AsSpan(4).Fill((byte)number);
                return data;
        }
    }

    private string Execute()
    {
        List<string> seen = [];
        foreach (TftpAction action in _actions.Items)
        {
            IPEndPoint to = action.To ?? action.Transfer!.Peer;
            string at = to.Port == Port ? "" : $"@{to.Port}";
            switch (action.Kind)
            {
                case TftpActionKind.Open:
                    Assert.True(_open.Add(action.Transfer!.Id));
                    Assert.Equal(PcIp, action.From);
                    break;
                case TftpActionKind.Close:
                    Assert.True(_open.Remove(action.Transfer!.Id));
                    break;
                case TftpActionKind.SendBlocks:
                    AssertOpen(action);
                    for (long block = action.First; block < action.First + action.Count; block++)
                        seen.Add(Block(action.Transfer!, block) + at);
                    break;
                default:
                    AssertOpen(action);
                    Packets++;
                    seen.Add(Show(action.Packet!) + at);
                    break;
            }
        }
        Reports.AddRange(_actions.Reports);
        _actions.Clear();
        return seen.Count == 0 ? "silence" : string.Join(", ", seen);
    }

    private void AssertOpen(in TftpAction action)
    {
        if (action.Kind != TftpActionKind.SendFromRequestPort && !_options.SinglePort)
            Assert.Contains(action.Transfer!.Id, _open);
    }

    private string Block(TftpTransfer transfer, long block)
    {
        Packets++;
        int size = transfer.Agreement.BlockSize;
        byte[] content = OnWire ?? _content;
        int length = transfer.WriteBlocks(block, 1, _packet) - TftpWire.DataHeader;
        int at = (int)((block - 1) * size);
        Assert.Equal(Math.Min(size, content.Length - at), length);
        Assert.True(content.AsSpan(at, length).SequenceEqual(_packet.AsSpan(4, length)));
        Assert.Equal(3, BinaryPrimitives.ReadUInt16BigEndian(_packet));
        int number = BinaryPrimitives.ReadUInt16BigEndian(_packet.AsSpan(2));
        return length == size ? $"DATA {number}" : $"DATA {number} ({length})";
    }

    private static string Show(byte[] packet)
    {
        int number = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
        return packet[1] switch
        {
            4 => $"ACK {number}",
            5 => $"ERROR {number} {Encoding.ASCII.GetString(packet, 4, packet.Length - 5)}",
            6 => "OACK " + Encoding.ASCII.GetString(packet, 2, packet.Length - 3).Replace('\0', ' '),
            _ => Convert.ToHexString(packet),
        };
    }
}
