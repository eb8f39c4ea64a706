using Unbrick.Hardware.Spi;

namespace Unbrick.Sim.Spi;

/// <summary>
/// A programmer with a simulated chip on it. Its clock is virtual and moves by what the transfers would take, so whoever waits must wait by
/// asking: for the status, or on the same clock.
/// </summary>
public sealed class SimSpiMaster : ISpiMaster
{
    private readonly SimSpiTiming _timing;
    private readonly VirtualTime _time;
    private long _now;

    /// <summary>Connects a chip.</summary>
    /// <param name="chip">The chip.</param>
    /// <param name="time">The clock that transfers move, and that others may move, too.</param>
    /// <param name="timing">How long transfers take.</param>
    public SimSpiMaster(ISimSpiChip chip, VirtualTime time, SimSpiTiming? timing = null)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(time);
        Chip = chip;
        _time = time;
        _timing = timing ?? SimSpiTiming.Ideal;
        Info = new SpiMasterInfo($"simulated {chip.Name}", _timing.MaxWrite, _timing.MaxRead, _timing.ClockHz / 8.0)
        {
            IsQueued = _timing.QueueDepth > 0,
            OutputMillivolts = _timing.OutputMillivolts,
            ClockHz = _timing.ClockHz,
        };
    }

    /// <summary>What is on its other side.</summary>
    public ISimSpiChip Chip { get; }

    /// <inheritdoc/>
    public SpiMasterInfo Info { get; }

    /// <summary>How often the host waited for an answer: transfers, and queues as one each.</summary>
    public long RoundTrips { get; private set; }

    /// <summary>Nanoseconds on the virtual clock; what is below its tick is kept for the next transfer.</summary>
    public long Nanoseconds => Math.Max(_now, _time.Elapsed.Ticks * TimeSpan.NanosecondsPerTick);

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        RoundTrips++;
        Shift(write, read, _timing.Latency);
    }

    /// <inheritdoc/>
    public int Queue(IEnumerable<SpiTransfer> transfers, Func<SpiTransfer, bool> told)
    {
        ArgumentNullException.ThrowIfNull(transfers);
        ArgumentNullException.ThrowIfNull(told);
        Queue<SpiTransfer> answered = new();
        RoundTrips++;
        TimeSpan latency = _timing.Latency;
        int count = 0;
        foreach (SpiTransfer transfer in transfers)
        {
            Shift(transfer.Write.Span, transfer.Read.Span, latency);
            latency = _timing.QueuedLatency;
            answered.Enqueue(transfer);
            if (answered.Count <= _timing.QueueDepth)
                continue;
            count++;
            if (!told(answered.Dequeue()))
                return count;
        }
        while (answered.TryDequeue(out SpiTransfer? transfer))
        {
            count++;
            if (!told(transfer))
                break;
        }
        return count;
    }

    /// <summary>Power off and on again: what the chip keeps only while it has power is gone.</summary>
    public void CyclePower()
    {
        Chip.PowerOff(Nanoseconds);
        Chip.PowerOn();
    }

    /// <summary>Nothing to give back: the chip stays as it is.</summary>
    public void Dispose()
    {
    }

    private void Shift(ReadOnlySpan<byte> write, Span<byte> read, TimeSpan latency)
    {
        if (write.IsEmpty || write.Length > _timing.MaxWrite || read.Length > _timing.MaxRead)
            throw new ProgrammerException(ProgrammerFault.NotSupported, $"{write.Length} bytes to write and {read.Length} to read in one transfer");
        long byteTime = 8_000_000_000L / _timing.ClockHz;
        long at = Nanoseconds + latency.Ticks * TimeSpan.NanosecondsPerTick;
        Chip.Transfer(write, read, at, byteTime);
        _now = at + (write.Length + read.Length) * byteTime;
        _time.AdvanceTo(TimeSpan.FromTicks(_now / TimeSpan.NanosecondsPerTick));
    }
}
