using Unbrick.Net.Host;

namespace Unbrick.Sim.Network;

/// <summary>Frames of one Ethertype, both ways; keeps so many, then loses new ones, as a packet socket does.</summary>
internal sealed class SimFramePort(SimNetworkStack stack, HostNetwork network, ushort etherType, Action<IFramePort> onReadable) : IFramePort
{
    private const int MostWaiting = 256;
    private readonly Queue<byte[]> _queue = new();

    public bool IsReadable => _queue.Count > 0;

    public void Take(ReadOnlySpan<byte> frame)
    {
        if (_queue.Count < MostWaiting && EthernetFrame.TryRead(frame, out _, out _, out ushort type) && type == etherType)
            _queue.Enqueue(frame.ToArray());
    }

    public void Announce() => onReadable(this);

    public bool TryReceive(Span<byte> buffer, out int length)
    {
        length = 0;
        if (!_queue.TryDequeue(out byte[]? next))
            return false;
        length = Math.Min(buffer.Length, next.Length);
        next.AsSpan(0, length).CopyTo(buffer);
        return true;
    }

    public void Send(ReadOnlySpan<byte> frame) => network.SendRaw(frame);

    public void Dispose()
    {
        network.Frames.Remove(this);
        stack.Frames.Remove(this);
        _queue.Clear();
    }
}
