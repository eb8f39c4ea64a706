namespace Unbrick.Sim.Consoles;

/// <summary>
/// A device's serial port: what it sends leaves byte by byte, what arrives stands in a FIFO of 16 bytes until it is looked at, and is lost beyond.
/// </summary>
internal sealed class SimUart
{
    private const int FifoSize = 16;
    private readonly Queue<byte> _arrived = new();

    /// <summary>Bits in a second.</summary>
    public int Baud { get; set; } = 115_200;

    /// <summary>When the last byte written has left.</summary>
    public TimeSpan Free { get; private set; }

    /// <summary>Bytes that found the FIFO full.</summary>
    public long Overruns { get; private set; }

    public bool HasKey => _arrived.Count > 0;

    public TimeSpan ByteTime => TimeSpan.FromSeconds(10.0 / Baud);

    /// <summary>Queues a byte.</summary>
    /// <returns>When it is over.</returns>
    public TimeSpan Send(TimeSpan now) => Free = (Free > now ? Free : now) + ByteTime;

    public void Arrive(byte one)
    {
        if (_arrived.Count < FifoSize)
            _arrived.Enqueue(one);
        else
            Overruns++;
    }

    public byte Take() => _arrived.Dequeue();

    public void Reset(TimeSpan now, int baud)
    {
        _arrived.Clear();
        Free = now;
        Baud = baud;
    }
}
