namespace Unbrick.Sim.Esp;

/// <summary>
/// One direction of a serial line, 8N1, as a level over time: bytes go in at the sender's rate, and whoever listens at another rate samples what a real
/// UART would, bit for bit. Times are nanoseconds on the clock of the bench.
/// </summary>
internal sealed class UartLane
{
    private const int Bits = 10; // start, eight, stop
    private const double Tolerance = 0.03; // sampled in the middle, the last bit is still right

    private readonly Queue<Frame> _sent = new();
    private long _searchFrom;

    private readonly record struct Frame(byte Value, long Start, double BitTime)
    {
        public long End => Start + (long)(Bits * BitTime);

        /// <summary>The level in a bit: the start bit is low, the stop bit is high.</summary>
        public bool Level(int bit) => bit >= Bits - 1 || (bit > 0 && (Value >> (bit - 1) & 1) != 0);
    }

    /// <summary>What a receiver made of it.</summary>
    /// <param name="Value">The byte.</param>
    /// <param name="At">When it had it.</param>
    /// <param name="Framing">Its stop bit was low.</param>
    /// <param name="Over">From when on it listens for the next start bit.</param>
    public readonly record struct Heard(byte Value, long At, bool Framing, long Over);

    /// <summary>When the last byte has left.</summary>
    public long FreeAt { get; private set; }

    /// <summary>Whether nothing is under way.</summary>
    public bool IsEmpty => _sent.Count == 0;

    /// <summary>The rate of the byte that is heard next; null when there is none.</summary>
    public double? NextRate => _sent.TryPeek(out Frame frame) ? 1e9 / frame.BitTime : null;

    /// <summary>Puts a byte on the line as soon as it is free.</summary>
    public void Send(byte value, long at, int baud)
    {
        double bit = 1e9 / baud;
        Frame frame = new(value, Math.Max(at, FreeAt), bit);
        FreeAt = frame.End;
        _sent.Enqueue(frame);
    }

    /// <summary>The next byte that a receiver hears if nothing more is sent; null when there is none.</summary>
    /// <param name="baud">The receiver's rate.</param>
    public Heard? Peek(int baud)
    {
        while (_sent.TryPeek(out Frame frame))
        {
            double bit = 1e9 / baud;
            if (_searchFrom <= frame.Start && Math.Abs(bit / frame.BitTime - 1) < Tolerance)
                return new Heard(frame.Value, frame.End, false, frame.End);
            if (Sample(bit) is { } heard)
                return heard;
            _sent.Dequeue(); // no falling edge left in it
        }
        return null;
    }

    /// <summary>Takes what <see cref="Peek"/> has shown.</summary>
    public void Take(Heard heard)
    {
        _searchFrom = heard.Over;
        while (_sent.TryPeek(out Frame frame) && frame.End <= _searchFrom)
            _sent.Dequeue();
    }

    /// <summary>Nobody hears what was sent until now.</summary>
    /// <param name="until">What began by then is lost; what comes later stays.</param>
    public void Drop(long until)
    {
        while (_sent.TryPeek(out Frame frame) && frame.Start <= until)
            _sent.Dequeue();
    }

    /// <summary>The sender is gone in the middle of what it had to say.</summary>
    public void Cut(long at)
    {
        Frame[] kept = [.. _sent.Where(frame => frame.Start < at)];
        _sent.Clear();
        foreach (Frame frame in kept)
            _sent.Enqueue(frame);
        FreeAt = Math.Min(FreeAt, kept.Length > 0 ? kept[^1].End : at);
    }

    private Heard? Sample(double bit)
    {
        if (FallingEdge() is not { } start)
            return null;
        int value = 0;
        for (int i = 0; i < 8; i++)
            value |= Level(start + (long)((i + 1.5) * bit)) ? 1 << i : 0;
        long stop = start + (long)(9.5 * bit);
        bool framing = !Level(stop);
        return new Heard((byte)value, stop, framing, framing ? NextHigh(stop) : stop);
    }

    /// <summary>The first falling edge of the oldest frame that is not over yet.</summary>
    private long? FallingEdge()
    {
        Frame frame = _sent.Peek();
        bool before = true;
        for (int bit = 0; bit < Bits; bit++)
        {
            bool level = frame.Level(bit);
            long at = frame.Start + (long)(bit * frame.BitTime);
            if (before && !level && at >= _searchFrom)
                return at;
            before = level;
        }
        return null;
    }

    private bool Level(long at)
    {
        foreach (Frame frame in _sent)
        {
            if (at < frame.Start)
                return true;
            if (at < frame.End)
                return frame.Level((int)((at - frame.Start) / frame.BitTime));
        }
        return true;
    }

    private long NextHigh(long at)
    {
        foreach (Frame frame in _sent.Where(frame => at < frame.End))
        {
            for (int bit = 0; bit < Bits; bit++)
            {
                long from = frame.Start + (long)(bit * frame.BitTime);
                if (frame.Level(bit) && from + (long)frame.BitTime > at)
                    return Math.Max(at, from);
            }
            at = Math.Max(at, frame.End);
        }
        return at;
    }
}
