namespace Unbrick.Sim;

/// <summary>
/// A clock that only moves when it is told to, so that twenty minutes of time-outs run in milliseconds and the same way every time.
/// One thread moves it; timers run on that thread, in the order they are due (those due at once: in the order they were set).
/// </summary>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<VirtualTimer, (long At, long Order)> _queue = new();
    private long _now;
    private long _order;
    private bool _advancing;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(_now);

    /// <summary>When the next timer is due (since the start); null when none is set, so that nothing more will happen by itself.</summary>
    public TimeSpan? NextDue => Settle() is { } at ? TimeSpan.FromTicks(at) : null;

    /// <summary>
    /// Ticks of 100 ns, as <see cref="TimeSpan"/> counts them: fine enough for one frame at 1000 Mbit/s (some 5 microseconds).
    /// </summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>UTC: a simulation must not depend on where it runs.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VirtualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on and runs what falls due on the way, each timer at its own moment.</summary>
    public void Advance(TimeSpan by) => AdvanceTo(Elapsed + by);

    /// <summary>Moves the clock to a moment since the start; a moment that is over already only runs what is due now.</summary>
    /// <exception cref="InvalidOperationException">Called from within a timer.</exception>
    public void AdvanceTo(TimeSpan elapsed)
    {
        if (_advancing)
            throw new InvalidOperationException("A timer may not move the clock it runs on.");
        _advancing = true;
        try
        {
            long target = Math.Max(_now, elapsed.Ticks);
            while (Settle() is { } at && at <= target)
            {
                _now = Math.Max(_now, at);
                _queue.Dequeue().Fire();
            }
            _now = target;
        }
        finally
        {
            _advancing = false;
        }
    }

    internal VirtualTimer CreateTimer(Action callback) => new(this, callback);

    internal long NextOrder() => ++_order;

    internal void Enqueue(VirtualTimer timer, long at, long order) => _queue.Enqueue(timer, (at, order));

    /// <summary>Clears the head of the queue of entries that were overtaken by a later setting; the moment of the first real one.</summary>
    private long? Settle()
    {
        while (_queue.TryPeek(out VirtualTimer? timer, out (long At, long Order) key))
        {
            if (timer.IsDueBy(key.At))
                return key.At;
            _queue.Dequeue();
            timer.Requeue(key.At);
        }
        return null;
    }
}
