using System.Buffers;

namespace Unbrick.Sim.Cables;

/// <summary>
/// A receiver of whole Ethernet frames, from the destination address on, without FCS. The bytes are only valid during the call.
/// </summary>
public delegate void FrameHandler(ReadOnlySpan<byte> frame);

/// <summary>One direction of a cable: what is on the wire, and when it comes out.</summary>
internal sealed class CableLane
{
    /// <summary>Linux' default length of a transmit queue (txqueuelen); what does not fit is dropped.</summary>
    private const int QueueLength = 1000;

    /// <summary>Preamble, FCS and the gap between frames (IEEE 802.3): bytes of line time that are not in the frame.</summary>
    private const int LineOverhead = 24;

    private static readonly TimeSpan s_heldBack = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_betweenDuplicates = TimeSpan.FromMicroseconds(1);

    private readonly VirtualTime _time;
    private readonly CableFaults _faults;
    private readonly double _loss;
    private readonly int _lane;
    private readonly double _ticksPerByte;
    private readonly FrameHandler _receiver;
    private readonly VirtualTimer _arrival;
    private readonly PriorityQueue<OnWire, (long Due, long Order)> _wire = new();
    private long _order;
    private long _wireFreeAt;
    private ulong _frames;

    public CableLane(VirtualTime time, CableFaults faults, bool up, int speedMbit, FrameHandler receiver)
    {
        _time = time;
        _faults = faults;
        _loss = up ? faults.LossUp : faults.LossDown;
        _lane = up ? 1 : 0;
        _ticksPerByte = 8.0 * TimeSpan.TicksPerMicrosecond / speedMbit;
        _receiver = receiver;
        _arrival = time.CreateTimer(Arrive);
    }

    public LaneCounters Counters { get; } = new();

    /// <summary>Puts a frame on the wire; the sender takes <paramref name="preparation"/> before its first bit leaves.</summary>
    public void Send(ReadOnlySpan<byte> frame, TimeSpan preparation)
    {
        if (_wire.Count >= QueueLength)
        {
            Counters.Dropped++;
            return;
        }
        ulong number = _frames++;
        Counters.Sent++;
        long leaves = Math.Max(_wireFreeAt, _time.GetTimestamp() + preparation.Ticks);
        _wireFreeAt = leaves + Math.Max(1, (long)((frame.Length + LineOverhead) * _ticksPerByte));
        if (Happens(CableFault.Loss, number, _loss))
        {
            Counters.Lost++;
            return;
        }
        TimeSpan late = _faults.Delay;
        if (Happens(CableFault.Reordering, number, _faults.Reordering))
        {
            late += s_heldBack + _faults.Delay / 2;
            Counters.Reordered++;
        }
        Put(frame, _wireFreeAt + late.Ticks);
        if (Happens(CableFault.Duplication, number, _faults.Duplication))
        {
            Put(frame, _wireFreeAt + late.Ticks + s_betweenDuplicates.Ticks);
            Counters.Duplicated++;
        }
    }

    /// <summary>Loses all that is on the wire.</summary>
    public void Cut()
    {
        Counters.Dropped += _wire.Count;
        while (_wire.TryDequeue(out OnWire lost, out _))
            ArrayPool<byte>.Shared.Return(lost.Buffer);
        _arrival.Stop();
        _wireFreeAt = 0;
    }

    private bool Happens(CableFault fault, ulong frame, double chance) =>
        chance > 0 && CableDraw.Unit(_faults.Seed, _lane, frame, fault) < chance;

    private void Put(ReadOnlySpan<byte> frame, long due)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(frame.Length);
        frame.CopyTo(buffer);
        _wire.Enqueue(new OnWire(buffer, frame.Length), (due, ++_order));
        SetArrival();
    }

    private void Arrive()
    {
        OnWire frame = _wire.Dequeue();
        SetArrival();
        _receiver(frame.Buffer.AsSpan(0, frame.Length));
        ArrayPool<byte>.Shared.Return(frame.Buffer);
    }

    private void SetArrival()
    {
        if (_wire.TryPeek(out _, out (long Due, long Order) next))
            _arrival.SetAt(next.Due);
    }

    private readonly record struct OnWire(byte[] Buffer, int Length);
}
