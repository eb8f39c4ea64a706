namespace Unbrick.Sim;

/// <summary>
/// A timer of <see cref="VirtualTime"/>. Setting it later costs nothing: the queue entry stays where it is and moves when it is reached.
/// A TFTP client sets its time-out anew with every block, 26,000 times a transfer.
/// </summary>
internal sealed class VirtualTimer(VirtualTime time, Action callback) : ITimer
{
    private const long Never = long.MaxValue;
    private long _dueAt = Never;
    private long _queuedAt = Never;
    private long _order;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    /// <summary>Sets it; any earlier setting is forgotten.</summary>
    public void Set(TimeSpan dueIn) => SetAt(time.GetTimestamp() + dueIn.Ticks);

    /// <summary>Sets it to a moment of the virtual clock, in ticks since its start.</summary>
    public void SetAt(long at)
    {
        _dueAt = at;
        _order = time.NextOrder();
        if (at < _queuedAt)
            Queue();
    }

    /// <summary>Forgets the setting.</summary>
    public void Stop()
    {
        _dueAt = Never;
        _period = Timeout.InfiniteTimeSpan;
    }

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Stop();
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            _period = period;
            Set(dueTime);
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    internal bool IsDueBy(long at) => at == _queuedAt && _dueAt <= at;

    internal void Requeue(long at)
    {
        if (at != _queuedAt)
            return;
        _queuedAt = Never;
        if (_dueAt != Never)
            Queue();
    }

    internal void Fire()
    {
        _queuedAt = Never;
        _dueAt = Never;
        if (_period > TimeSpan.Zero)
            Set(_period);
        callback();
    }

    private void Queue()
    {
        _queuedAt = _dueAt;
        time.Enqueue(this, _dueAt, _order);
    }
}
