using System.Buffers;
using Unbrick.Net.Host;

namespace Unbrick.Sim.Network;

/// <summary>
/// Hears what the real one hears, both ways; keeps so many frames, then loses new ones, as a packet socket does.
/// </summary>
internal sealed class SimFrameTap(SimNetworkStack stack, HostNetwork network, TapScope scope, Action<IFrameTap> onReadable) : IFrameTap
{
    private const int MostWaiting = 4096;
    private readonly Queue<Waiting> _queue = new();

    public bool IsReadable => _queue.Count > 0;

    public void Take(ReadOnlySpan<byte> frame, bool outgoing)
    {
        if (_queue.Count >= MostWaiting || !IsHeard(frame))
            return;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(frame.Length);
        frame.CopyTo(buffer);
        _queue.Enqueue(new Waiting(buffer, frame.Length, outgoing));
    }

    public void Announce() => onReadable(this);

    public bool TryReceive(Span<byte> buffer, out int length, out bool outgoing)
    {
        (length, outgoing) = (0, false);
        if (!_queue.TryDequeue(out Waiting next))
            return false;
        (length, outgoing) = (Math.Min(buffer.Length, next.Length), next.Outgoing);
        next.Buffer.AsSpan(0, length).CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(next.Buffer);
        return true;
    }

    public void Dispose()
    {
        network.Taps.Remove(this);
        stack.Taps.Remove(this);
        while (_queue.TryDequeue(out Waiting lost))
            ArrayPool<byte>.Shared.Return(lost.Buffer);
    }

    private bool IsHeard(ReadOnlySpan<byte> frame)
    {
        if (!EthernetFrame.TryRead(frame, out _, out _, out ushort type))
            return false;
        if (type == EthernetFrame.ArpType)
            return true;
        ReadOnlySpan<byte> packet = frame[EthernetFrame.HeaderSize..];
        if (type != EthernetFrame.Ipv4Type)
            return scope == TapScope.Signs && IsSign(type, packet);
        if (!Ipv4Header.TryRead(packet, out Ipv4Header ip) || (ip.IsFragment && scope == TapScope.Signs))
            return false;
        if (ip.Protocol != Ipv4Header.Udp)
            return scope == TapScope.Signs && ip.Protocol == Ipv4Header.Igmp;
        return scope == TapScope.Transfers
            || (UdpDatagram.TryRead(packet[ip.HeaderLength..ip.TotalLength], out UdpDatagram datagram) && datagram.ToPort is (>= 67 and <= 69) or 5353 or 1900);
    }

    /// <summary>LLDP, and IPv6 with ICMPv6 (58) or a hop-by-hop header (0) behind its own.</summary>
    private static bool IsSign(ushort type, ReadOnlySpan<byte> packet) =>
        type == EthernetFrame.LldpType || (type == EthernetFrame.Ipv6Type && packet.Length > 40 && packet[6] is 58 or 0);

    private readonly record struct Waiting(byte[] Buffer, int Length, bool Outgoing);
}
