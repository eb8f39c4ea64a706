namespace Unbrick.Sim.Esp;

/// <summary>The clock of a bench: one that moves when it is told to, or one that has to be waited for.</summary>
internal sealed class EspClock(TimeProvider time)
{
    private readonly VirtualTime? _virtual = time as VirtualTime;
    private readonly long _started = time.GetTimestamp();

    /// <summary>Nanoseconds since the bench was set up.</summary>
    public long Now => time.GetElapsedTime(_started).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Whether it only moves when it is told to.</summary>
    public bool IsVirtual => _virtual is not null;

    /// <summary>Moves on, or waits.</summary>
    public void MoveTo(long moment)
    {
        TimeSpan ahead = TimeSpan.FromTicks((moment + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick) - time.GetElapsedTime(_started);
        if (ahead <= TimeSpan.Zero)
            return;
        if (_virtual is not null)
            _virtual.Advance(ahead);
        else
            Task.Delay(ahead, time).GetAwaiter().GetResult();
    }
}
