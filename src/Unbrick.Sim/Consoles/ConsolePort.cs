using Unbrick.Hardware.Serial;

namespace Unbrick.Sim.Consoles;

/// <summary>
/// The host's end of a simulated console. Waiting moves the virtual clock, or, by a real clock, lets it follow. Bytes take the time that they
/// take at the line's rate, and come to grief as the faults say.
/// </summary>
public sealed class ConsolePort : ISerialPort
{
    private static readonly TimeSpan s_noiseEvery = TimeSpan.FromMilliseconds(7);
    private static readonly TimeSpan s_offTime = TimeSpan.FromSeconds(2);

    private readonly ConsoleDevice _device;
    private readonly VirtualTime _virtual;
    private readonly ConsoleFaults _faults;
    private readonly Random _random;
    private readonly Queue<(TimeSpan At, byte One)> _arriving = new();
    private readonly WrongRate _up = new(), _down = new();
    private readonly object _lock = new();
    private readonly TimeProvider? _real;
    private readonly long _realStart;
    private readonly int _usualBaud;
    private TimeSpan _hostFree;
    private TimeSpan _lastSent, _lastTyped;
    private TimeSpan _nextNoise;
    private long _framing;
    private bool _isGone;

    internal ConsolePort(string name, ConsoleDevice device, VirtualTime time, ConsoleFaults faults, TimeProvider? real)
    {
        (_device, _virtual, _faults, _real) = (device, time, faults, real);
        _usualBaud = device.Uart.Baud;
        _random = new Random((int)(faults.Seed & 0x7FFF_FFFF) + 1);
        _realStart = real?.GetTimestamp() ?? 0;
        Info = new SerialPortInfo(name, HasRate: true, HasLines: false, CountsErrors: true, TimeSpan.Zero);
        device.Sent = Hear;
        device.Silenced = Silence;
        At(faults.Unplug, () => _isGone = true);
        At(faults.Reset, device.Reset);
        At(faults.Cut, () =>
        {
            device.PowerOff();
            At(time.Elapsed + s_offTime, device.PowerOn);
        });
    }

    /// <summary>
    /// Moves the clock on in place of this port, at most to the moment given (since the clock's start); it may come back earlier and is called again
    /// then. For whoever has to run a server beside, on the same clock.
    /// </summary>
    public Action<TimeSpan>? Pump { get; set; }

    /// <inheritdoc/>
    public SerialPortInfo Info { get; }

    /// <inheritdoc/>
    public int Baud { get; private set; } = 115_200;

    /// <inheritdoc/>
    public SerialErrors? Errors => new(_framing + _up.FramingErrors, 0, _device.Uart.Overruns, 0);

    /// <inheritdoc/>
    public bool TrySetBaud(int baud)
    {
        if (baud is < 50 or > 4_000_000)
            return false;
        lock (_lock)
        {
            Move(_hostFree);
            Baud = baud;
        }
        return true;
    }

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        count = 0;
        lock (_lock)
        {
            TimeSpan end = Now + wait;
            while (true)
            {
                Move(Now);
                Noise();
                while (count < into.Length && _arriving.TryPeek(out (TimeSpan At, byte One) next) && next.At <= _virtual.Elapsed)
                    into[count++] = _arriving.Dequeue().One;
                if (count > 0)
                    return SerialRead.Data;
                if (_isGone)
                    return SerialRead.Gone;
                if (_virtual.Elapsed >= end)
                    return SerialRead.Silent;
                TimeSpan wake = Next(end);
                if (_real is null)
                    Move(wake);
                else
                    Monitor.Wait(_lock, Positive(wake - Now));
            }
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            Move(Now);
            foreach (byte one in bytes)
                Type(one);
            Monitor.PulseAll(_lock);
        }
    }

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts) => false;

    /// <inheritdoc/>
    public bool SetBreak(bool on) => false;

    /// <inheritdoc/>
    public void Discard()
    {
        lock (_lock)
        {
            Move(Now);
            while (_arriving.TryPeek(out (TimeSpan At, byte One) next) && next.At <= _virtual.Elapsed)
                _arriving.Dequeue();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _isGone = true;

    private TimeSpan Now => _real?.GetElapsedTime(_realStart) ?? _virtual.Elapsed;

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.FromMilliseconds(1) ? time : TimeSpan.FromMilliseconds(1);

    private void At(TimeSpan? moment, Action action)
    {
        if (moment is { } at)
            _virtual.CreateTimer(action).SetAt(at.Ticks);
    }

    private void Move(TimeSpan to)
    {
        if (to <= _virtual.Elapsed)
            _virtual.AdvanceTo(_virtual.Elapsed);
        else if (Pump is { } pump)
        {
            while (_virtual.Elapsed < to)
                pump(to);
        }
        else
            _virtual.AdvanceTo(to);
    }

    /// <summary>The next moment at which something may be there.</summary>
    private TimeSpan Next(TimeSpan end)
    {
        TimeSpan next = end;
        if (_arriving.TryPeek(out (TimeSpan At, byte One) byteComes) && byteComes.At < next)
            next = byteComes.At;
        if (_virtual.NextDue is { } due && due < next)
            next = due;
        if (_faults.NoGround && _nextNoise < next)
            next = _nextNoise;
        return next > _virtual.Elapsed ? next : _virtual.Elapsed + TimeSpan.FromTicks(1);
    }

    /// <summary>The power is gone: bytes that had not left yet never will.</summary>
    private void Silence()
    {
        for (int i = _arriving.Count; i > 0; i--)
        {
            (TimeSpan At, byte One) item = _arriving.Dequeue();
            if (item.At <= _virtual.Elapsed)
                _arriving.Enqueue(item);
        }
    }

    /// <summary>The device sent a byte.</summary>
    private void Hear(TimeSpan at, byte one, int deviceBaud)
    {
        int sender = _faults.Garble is { } other && deviceBaud == _usualBaud ? other : deviceBaud;
        int idle = (int)Math.Min(1000, Math.Max(0, (at - _lastSent).TotalSeconds * sender - 10));
        _lastSent = at;
        if (_isGone || _faults.Swap || _faults.NoGround)
            return;
        if (WrongRate.Fits(sender, Baud))
        {
            Spoil(one, b => _arriving.Enqueue((at, b)));
            return;
        }
        foreach (byte heard in _up.Feed(one, sender, Baud, idle))
            Spoil(heard, b => _arriving.Enqueue((at, b)));
    }

    /// <summary>The host sends a byte.</summary>
    private void Type(byte one)
    {
        _hostFree = (_hostFree > _virtual.Elapsed ? _hostFree : _virtual.Elapsed) + TimeSpan.FromSeconds(10.0 / Baud);
        TimeSpan at = _hostFree;
        if (_isGone || _faults.Swap || _faults.NoGround || _faults.DeadReceiver)
            return;
        int deviceBaud = _device.Uart.Baud;
        int receiver = _faults.Garble is { } other && deviceBaud == _usualBaud ? other : deviceBaud;
        int idle = (int)Math.Min(1000, Math.Max(0, (at - _lastTyped).TotalSeconds * Baud - 10));
        _lastTyped = at;
        if (WrongRate.Fits(Baud, receiver))
        {
            Spoil(one, b => _device.KeyComes(at, b));
            return;
        }
        foreach (byte heard in _down.Feed(one, Baud, receiver, idle))
            Spoil(heard, b => _device.KeyComes(at, b));
    }

    private void Spoil(byte one, Action<byte> then)
    {
        if (_faults.Drop > 0 && _random.NextDouble() < _faults.Drop)
            return;
        byte sent = _faults.Flip > 0 && _random.NextDouble() < _faults.Flip ? (byte)(one ^ 1 << _random.Next(8)) : one;
        then(sent);
        if (_faults.Double > 0 && _random.NextDouble() < _faults.Double)
            then(sent);
    }

    private void Noise()
    {
        ReadOnlySpan<byte> likely = [0x00, 0xFF, 0x80, 0xF0, 0xFE, 0xE0];
        while (_faults.NoGround && !_isGone && _nextNoise <= _virtual.Elapsed)
        {
            for (int i = _random.Next(4); i > 0; i--)
                _arriving.Enqueue((_nextNoise, _random.Next(8) == 0 ? (byte)_random.Next(256) : likely[_random.Next(likely.Length)]));
            _framing++;
            _nextNoise += s_noiseEvery * (0.2 + 1.6 * _random.NextDouble());
        }
    }
}
