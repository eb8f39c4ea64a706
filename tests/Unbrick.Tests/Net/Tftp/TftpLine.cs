using System.Net;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>
/// A server and an <see cref="RfcClient"/> with a bad line between them, in virtual time: packets are lost, doubled and overtake each other
/// by a seed.
/// </summary>
internal sealed class TftpLine(RfcClient client, byte[] content, TftpLineFaults faults, int seed)
{
    private readonly Random _random = new(seed);
    private readonly TftpServer _server = new(new OneFileCatalog(content), new TftpServerOptions());
    private readonly TftpActions _actions = new();
    private readonly PriorityQueue<(bool ToClient, bool Request, byte[] Packet), (TimeSpan At, int Order)> _onTheWay = new();
    private readonly IPEndPoint _peer = TftpBench.Client();
    private readonly byte[] _buffer = new byte[65536];
    private TimeSpan _now;
    private int _order;

    /// <summary>DATA packets that the server sent.</summary>
    public int Sent { get; private set; }

    public TransferReport? Ended { get; private set; }

    /// <summary>Until the server has ended its transfer, or the time is over.</summary>
    public TftpLine Run(TimeSpan most)
    {
        Carry(false, true, client.Request());
        while (Ended is null && _now < most)
        {
            TimeSpan packet = _onTheWay.TryPeek(out _, out (TimeSpan At, int) next) ? next.At : TimeSpan.MaxValue;
            TimeSpan due = client.Due == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : client.Due;
            _now = Max(_now, new[] { packet, due, _server.NextDue }.Min());
            if (packet <= _now)
            {
                Deliver();
            }
            else if (_server.NextDue <= _now)
            {
                _server.OnTimer(_now, _actions);
                Execute();
            }
            else
            {
                Answer(client.Again(_now));
            }
        }
        return this;
    }

    private void Deliver()
    {
        (bool toClient, bool request, byte[] packet) = _onTheWay.Dequeue();
        if (toClient)
        {
            Answer(client.Hear(packet, _now));
            return;
        }
        if (request)
            _server.OnRequest(packet, _peer, TftpBench.PcIp, 1500, _now, _actions);
        else if (_server.Transfers.SingleOrDefault() is { } transfer)
            _server.OnTransfer(transfer, packet, _now, _actions);
        Execute();
    }

    private void Answer(IEnumerable<byte[]> packets)
    {
        foreach (byte[] packet in packets)
            Carry(false, packet[1] == 1, packet);
    }

    private void Execute()
    {
        foreach (TftpAction action in _actions.Items)
        {
            if (action.Kind == TftpActionKind.SendPacket)
                Carry(true, false, action.Packet!);
            for (int i = 0; action.Kind == TftpActionKind.SendBlocks && i < action.Count; i++)
            {
                Sent++;
                Carry(true, false, _buffer[..action.Transfer!.WriteBlocks(action.First + i, 1, _buffer)]);
            }
        }
        foreach (TftpReport report in _actions.Reports)
            Ended = (report as TftpReport.Ended)?.Transfer ?? Ended;
        _actions.Clear();
    }

    private void Carry(bool toClient, bool request, byte[] packet)
    {
        for (int copies = _random.NextDouble() < faults.Doubled ? 2 : 1; copies > 0; copies--)
        {
            if (_random.NextDouble() < (toClient ? faults.LostDown : faults.LostUp))
                continue;
            double delay = faults.Delay + (_random.NextDouble() < faults.Late ? 3 : 0);
            _onTheWay.Enqueue((toClient, request, packet), (_now + TimeSpan.FromMilliseconds(delay), _order++));
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

/// <summary>Shares of packets, 0 to 1, and the milliseconds that each takes.</summary>
internal readonly record struct TftpLineFaults(double LostDown, double LostUp, double Doubled = 0, double Late = 0, double Delay = 0.5);
