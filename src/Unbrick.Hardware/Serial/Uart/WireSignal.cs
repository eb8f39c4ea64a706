namespace Unbrick.Hardware.Serial.Uart;

/// <summary>The level of one wire over time, as a row of edges. What has been sampled can be forgotten.</summary>
/// <param name="idle">The level before the first edge; true is high, as a UART's line is when nothing is sent.</param>
public sealed class WireSignal(bool idle = true)
{
    private const int ForgetFrom = 4096;

    private readonly List<(double At, bool Level)> _edges = [];
    private bool _before = idle;

    /// <summary>Seconds up to which the level is known.</summary>
    public double KnownUntil { get; private set; }

    /// <summary>The level at the end of what is known.</summary>
    public bool Last => _edges.Count == 0 ? _before : _edges[^1].Level;

    /// <summary>The line has a level for some time more.</summary>
    /// <param name="level">High or low.</param>
    /// <param name="until">Seconds, not before <see cref="KnownUntil"/>.</param>
    public void Hold(bool level, double until)
    {
        if (level != Last)
            _edges.Add((KnownUntil, level));
        KnownUntil = Math.Max(KnownUntil, until);
    }

    /// <summary>Sends one byte, 8N1, from the end of what is known on.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="bit">Seconds for a bit.</param>
    /// <param name="inverted">All levels are the other way round, as on RS-232.</param>
    /// <param name="flips">Bits to turn over: bit 0 is the start bit, bit 9 the stop bit.</param>
    public void Send(byte value, double bit, bool inverted = false, int flips = 0)
    {
        int bits = ((1 << 9) | (value << 1)) ^ flips;
        double start = KnownUntil;
        for (int i = 0; i < 10; i++)
            Hold(((bits >> i) & 1) != 0 != inverted, start + ((i + 1) * bit));
    }

    /// <summary>The level at a moment that is known; <paramref name="cursor"/> is moved along, so that moments in order are found at once.</summary>
    internal bool At(double time, ref int cursor)
    {
        while (cursor < _edges.Count && _edges[cursor].At <= time)
            cursor++;
        while (cursor > 0 && _edges[cursor - 1].At > time)
            cursor--;
        return cursor == 0 ? _before : _edges[cursor - 1].Level;
    }

    /// <summary>The next edge to <paramref name="level"/> after a moment; null when none is known.</summary>
    internal double? Next(bool level, double time, ref int cursor)
    {
        _ = At(time, ref cursor);
        for (int i = cursor; i < _edges.Count; i++)
        {
            if (_edges[i].Level == level)
                return _edges[i].At;
        }
        return null;
    }

    /// <summary>Forgets what lies before a moment; true when indices have moved.</summary>
    internal bool Forget(int cursor)
    {
        if (cursor < ForgetFrom)
            return false;
        _before = _edges[cursor - 1].Level;
        _edges.RemoveRange(0, cursor);
        return true;
    }
}
