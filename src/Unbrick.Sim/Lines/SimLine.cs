using System.Text;
using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Uart;

namespace Unbrick.Sim.Lines;

/// <summary>
/// A serial line with a device at its other end, bit by bit: each side samples the wire with its own clock, so that a wrong rate, noise and levels
/// upside down give the bytes that they give on a real one. Time passes while it is read.
/// </summary>
public sealed class SimLine : ISerialPort
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(1);

    private readonly SimLineOptions _options;
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly WireSignal _toHost, _toDevice = new();
    private readonly UartReceiver _hostReceiver, _deviceReceiver;
    private readonly List<byte> _arrived = [], _typed = [];
    private readonly Queue<byte> _echo = new();
    private readonly FloatingLine? _floating;
    private double _deviceFree;
    private int _stage, _at;
    private bool _isAtPrompt;

    /// <summary>Switches it on.</summary>
    /// <param name="options">What is there.</param>
    /// <param name="time">The clock that reads move.</param>
    /// <param name="baud">The host's rate at first.</param>
    public SimLine(SimLineOptions options, VirtualTime time, int baud = SerialAddress.UsualBaud)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_options, _time, Baud, _random) = (options, time, baud, new Random(options.Seed));
        _toHost = new WireSignal(options.Fault != LineFault.Inverted);
        (_hostReceiver, _deviceReceiver) = (new UartReceiver(_toHost), new UartReceiver(_toDevice));
        _floating = options.Fault == LineFault.NoGround ? new FloatingLine(_random) : null;
        Info = new SerialPortInfo("sim:line", true, false, options.CountsErrors, TimeSpan.Zero);
        PowerCycle();
    }

    /// <inheritdoc/>
    public SerialPortInfo Info { get; }

    /// <inheritdoc/>
    public int Baud { get; private set; }

    /// <inheritdoc/>
    public SerialErrors? Errors => _options.CountsErrors ? new SerialErrors(_hostReceiver.FramingErrors, _hostReceiver.Breaks, 0, 0) : null;

    /// <summary>What the device understood of what was typed.</summary>
    public IReadOnlyList<byte> Understood => _typed;

    /// <summary>Off and on again: it prints from the start.</summary>
    public void PowerCycle()
    {
        (_stage, _at, _isAtPrompt) = (0, 0, false);
        _echo.Clear();
        _deviceFree = Now + Math.Max(0.001, _options.Start);
        for (double skipped = -_options.Start; skipped > 0 && _stage < _options.Stages.Length; skipped -= 10.0 / _options.Stages[_stage].Baud)
            Step();
    }

    /// <inheritdoc/>
    public bool TrySetBaud(int baud)
    {
        Sample();
        Baud = baud;
        return baud is >= SerialAddress.LeastBaud and <= SerialAddress.MostBaud;
    }

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        TimeSpan until = _time.Elapsed + wait;
        Sample();
        while (_arrived.Count == 0 && _time.Elapsed < until)
        {
            TimeSpan left = until - _time.Elapsed;
            _time.Advance(left < s_step ? left : s_step);
            Sample();
        }
        count = Math.Min(into.Length, _arrived.Count);
        _arrived.Take(count).ToArray().CopyTo(into);
        _arrived.RemoveRange(0, count);
        return count > 0 ? SerialRead.Data : SerialRead.Silent;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _toDevice.Hold(true, Now);
        foreach (byte value in bytes)
            _toDevice.Send(value, 1.0 / Baud);
        Sample();
    }

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts) => false;

    /// <inheritdoc/>
    public bool SetBreak(bool on) => false;

    /// <inheritdoc/>
    public void Discard()
    {
        Sample();
        _arrived.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private double Now => _time.Elapsed.TotalSeconds;

    private int DeviceBaud => _options.Stages[Math.Min(_stage, _options.Stages.Length - 1)].Baud;

    private void Sample()
    {
        Listen();
        Print();
        if (_options.Fault == LineFault.Swapped)
            return;
        int before = _arrived.Count;
        _hostReceiver.Receive(Baud, _arrived);
        for (int i = _arrived.Count - 1; i >= before && _options.DropRate > 0; i--)
        {
            if (_random.NextDouble() < _options.DropRate)
                _arrived.RemoveAt(i);
        }
    }

    /// <summary>The device hears what was typed, and answers when it waits for that.</summary>
    private void Listen()
    {
        _toDevice.Hold(true, Now);
        int before = _typed.Count;
        _deviceReceiver.Receive(DeviceBaud * (1 + _options.ClockError), _typed);
        if (_options.Fault is LineFault.Swapped or LineFault.ReceiveDead or LineFault.NoGround || !_isAtPrompt || _options.Prompt is null)
            return;
        foreach (byte value in _typed.Skip(before))
        {
            foreach (byte answer in value is 13 or 10 ? Encoding.Latin1.GetBytes($"\r\n{_options.Prompt}") : value is >= 32 and < 127 ? [value] : [])
                _echo.Enqueue(answer);
        }
    }

    /// <summary>The wire to the host, up to now.</summary>
    private void Print()
    {
        bool idle = _options.Fault != LineFault.Inverted;
        if (_floating is not null)
        {
            _floating.Run(_toHost, Now);
            return;
        }
        while (_deviceFree <= Now)
        {
            byte? value = _echo.TryDequeue(out byte echoed) ? echoed : Step();
            if (value is null)
                break;
            _toHost.Hold(idle, Math.Max(_toHost.KnownUntil, _deviceFree));
            double bit = 1 / (DeviceBaud * (1 + _options.ClockError));
            _toHost.Send(value.Value, bit, !idle, Flips());
            _deviceFree = _toHost.KnownUntil + (value == '\n' ? Pause() : 0);
        }
        _deviceFree = Math.Max(_deviceFree, _isAtPrompt ? Now : 0);
        _toHost.Hold(idle, Now);
    }

    /// <summary>The next byte to print; null when it waits.</summary>
    private byte? Step()
    {
        if (_isAtPrompt)
            return null;
        while (_stage < _options.Stages.Length && _at >= _options.Stages[_stage].Text.Length)
            (_stage, _at) = _options.Repeats && _stage == _options.Stages.Length - 1 ? (0, 0) : (_stage + 1, 0);
        if (_stage < _options.Stages.Length)
            return _options.Stages[_stage].Text[_at++];
        _isAtPrompt = true;
        foreach (byte value in Encoding.Latin1.GetBytes(_options.Prompt is null ? "" : $"\r\n{_options.Prompt}"))
            _echo.Enqueue(value);
        return _echo.TryDequeue(out byte first) ? first : null;
    }

    private double Pause() => _random.NextDouble() is var draw && draw < 0.1 ? _random.NextDouble() * _options.LongestPause * 10 : draw * _options.LongestPause;

    private int Flips()
    {
        int flips = 0;
        for (int i = 0; i < 10 && _options.FlipRate > 0; i++)
            flips |= _random.NextDouble() < _options.FlipRate ? 1 << i : 0;
        return flips;
    }
}
