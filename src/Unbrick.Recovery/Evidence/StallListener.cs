using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;

namespace Unbrick.Recovery.Evidence;

/// <summary>
/// Listens to the transfer itself while it stands still, and only then: what leaves this machine and what comes in, whatever its sockets get.
/// </summary>
/// <param name="stack">Opens the tap.</param>
/// <param name="adapter">Where.</param>
/// <param name="evidence">Gets what was heard.</param>
/// <param name="capture">Where the frames are kept; null for nowhere.</param>
internal sealed class StallListener(INetworkStack stack, NetworkAdapter adapter, WireEvidence evidence, WireCapture? capture) : IDisposable
{
    /// <summary>A transfer over a good cable is never silent for so long, at its beginning and in its middle.</summary>
    private static readonly TimeSpan s_atStart = TimeSpan.FromSeconds(0.4), s_inside = TimeSpan.FromSeconds(1.5);

    /// <summary>With more clients than these a silent one says nothing about the cable.</summary>
    private const int MostTransfers = 4;

    private readonly byte[] _buffer = new byte[128];
    private IFrameTap? _tap;
    private bool _cannot;

    /// <summary>Begins or ends to listen, as the transfers are now.</summary>
    public void Look(IReadOnlyCollection<TftpTransfer> transfers, TimeSpan now)
    {
        TftpTransfer? still = transfers.Count > MostTransfers ? null
            : transfers.FirstOrDefault(t => t.Request.Opcode == TftpOpcode.Rrq && now - t.LastProgress >= (t.Unanswered ? s_atStart : s_inside));
        if (still is null)
            Dispose();
        else if (_tap is null || !still.Peer.Equals(evidence.Stall?.Peer))
            Open(still, now);
    }

    /// <summary>Ends to listen.</summary>
    public void Dispose()
    {
        _tap?.Dispose();
        _tap = null;
        evidence.Stall = null;
    }

    private void Open(TftpTransfer still, TimeSpan now)
    {
        if (_cannot)
            return;
        try
        {
            _tap ??= stack.OpenTap(adapter, TapScope.Transfers, OnReadable);
            evidence.Stall = new StallEvidence(still.Peer, now);
        }
        catch (NetworkException)
        {
            _cannot = true;
        }
    }

    private void OnReadable(IFrameTap tap)
    {
        for (int i = 0; i < 64 && tap.TryReceive(_buffer, out int length, out bool outgoing); i++)
        {
            ReadOnlySpan<byte> frame = _buffer.AsSpan(0, Math.Min(length, _buffer.Length));
            if (evidence.Stall is not StallEvidence stall)
                continue;
            if (UdpGlimpse.TryRead(frame, out UdpGlimpse packet))
                Note(stall, packet, outgoing);
            else if (outgoing && HeardFrame.TryRead(frame, out HeardFrame heard) && heard.Kind == HeardKind.ArpRequest && heard.Target.Equals(stall.Peer.Address))
                stall.ArpAsked++;
            capture?.Add(frame);
        }
    }

    private void Note(StallEvidence stall, UdpGlimpse packet, bool outgoing)
    {
        if (outgoing && packet.To.Equals(stall.Peer))
            stall.Left++;
        else if (!outgoing && packet.From.Equals(stall.Peer) && !evidence.Ports.Contains(packet.To.Port) && packet.Opcode is (int)TftpOpcode.Ack or (int)TftpOpcode.Error)
        {
            stall.Came++;
            stall.FirstCame ??= stack.Now;
            stall.LastCame = (packet.From, packet.To);
        }
    }
}
