using Unbrick.Core.Problems;
using Unbrick.Hardware.Serial;
using Unbrick.Sim.Consoles;

namespace Unbrick.Sim.Lines;

/// <summary>
/// A bad cable before any serial port, a real one, too: bytes get lost, damaged or doubled in both directions, one wire is broken, the rate seems
/// to be another one, the adapter is pulled out. The same seed and the same bytes meet the same faults.
/// </summary>
public sealed class FaultySerialPort : ISerialPort
{
    /// <summary>Bits of rest before what comes after a pause.</summary>
    private const int Idle = 30;

    private readonly ISerialPort _port;
    private readonly ConsoleFaults _faults;
    private readonly TimeProvider _time;
    private readonly long _opened;
    private readonly Random _in, _out;
    private readonly WrongRate _up = new(), _down = new();
    private readonly Queue<byte> _waiting = new();
    private readonly byte[] _buffer = new byte[4096];
    private readonly Lock _writing = new();
    private int _baud;

    /// <summary>Puts it before a port.</summary>
    /// <param name="port">Open; closed with this one.</param>
    /// <param name="faults">What goes wrong.</param>
    /// <param name="time">The clock that <see cref="ConsoleFaults.Unplug"/> is on.</param>
    /// <exception cref="UnbrickException">A fault that only a simulated board can have.</exception>
    public FaultySerialPort(ISerialPort port, ConsoleFaults faults, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(faults);
        ArgumentNullException.ThrowIfNull(time);
        Check(faults);
        (_port, _faults, _time, _opened, _baud) = (port, faults, time, time.GetTimestamp(), port.Baud);
        int seed = (int)(faults.Seed & 0x3FFF_FFFF);
        (_in, _out) = (new Random((2 * seed) + 1), new Random((2 * seed) + 2));
        Info = port.Info with { HasRate = port.Info.HasRate || faults.Garble is not null };
    }

    /// <inheritdoc/>
    public SerialPortInfo Info { get; }

    /// <inheritdoc/>
    public int Baud => _faults.Garble is null ? _port.Baud : _baud;

    /// <inheritdoc/>
    public SerialErrors? Errors => _port.Errors;

    /// <summary>Whether a list of faults can stand before a real port.</summary>
    /// <exception cref="UnbrickException">One of them is something that only a simulated board does.</exception>
    public static void Check(ConsoleFaults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        string? ofBoards = faults.NoGround ? "no-ground" : faults.Reset is not null ? "reset" : faults.Cut is not null ? "cut" : null;
        if (ofBoards is not null)
            throw SimText.Unknown("sim-unknown-fault", "fault of a real serial line", ofBoards, ["garble", "drop", "flip", "double", "swap", "dead-rx", "unplug", "seed"]);
    }

    /// <inheritdoc/>
    public bool TrySetBaud(int baud)
    {
        if (_faults.Garble is null)
            return _port.TrySetBaud(baud);
        _baud = baud; // the line itself stays at the rate at which its bytes are known
        return baud is >= SerialAddress.LeastBaud and <= SerialAddress.MostBaud;
    }

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        long began = _time.GetTimestamp();
        while (true)
        {
            for (count = 0; count < into.Length && _waiting.TryDequeue(out byte one); count++)
                into[count] = one;
            if (count > 0)
                return SerialRead.Data;
            if (IsGone)
                return SerialRead.Gone;
            TimeSpan left = wait - _time.GetElapsedTime(began);
            SerialRead read = _port.Read(_buffer, left > TimeSpan.Zero ? left : TimeSpan.Zero, out int came);
            if (read != SerialRead.Data)
                return read;
            for (int i = 0; i < came && !_faults.Swap; i++)
                Hear(_buffer[i], i == 0 ? Idle : 0);
            if (_waiting.Count == 0 && _time.GetElapsedTime(began) >= wait)
                return SerialRead.Silent;
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsGone || _faults.Swap || _faults.DeadReceiver)
            return;
        lock (_writing)
        {
            List<byte> sent = [];
            foreach (byte one in bytes)
            {
                if (_faults.Garble is int device && !WrongRate.Fits(_baud, device))
                {
                    foreach (byte heard in _down.Feed(one, _baud, device, Idle))
                        Spoil(heard, _out, sent.Add);
                }
                else
                {
                    Spoil(one, _out, sent.Add);
                }
            }
            _port.Write([.. sent]);
        }
    }

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts) => !IsGone && _port.SetLines(dtr, rts);

    /// <inheritdoc/>
    public bool SetBreak(bool on) => !IsGone && _port.SetBreak(on);

    /// <inheritdoc/>
    public void Discard()
    {
        _waiting.Clear();
        _port.Discard();
    }

    /// <inheritdoc/>
    public void Dispose() => _port.Dispose();

    private bool IsGone => _faults.Unplug is { } at && _time.GetElapsedTime(_opened) >= at;

    private void Hear(byte one, int idle)
    {
        if (_faults.Garble is not int device || WrongRate.Fits(device, _baud))
        {
            Spoil(one, _in, _waiting.Enqueue);
            return;
        }
        foreach (byte heard in _up.Feed(one, device, _baud, idle))
            Spoil(heard, _in, _waiting.Enqueue);
    }

    private void Spoil(byte one, Random random, Action<byte> then)
    {
        if (_faults.Drop > 0 && random.NextDouble() < _faults.Drop)
            return;
        byte sent = _faults.Flip > 0 && random.NextDouble() < _faults.Flip ? (byte)(one ^ 1 << random.Next(8)) : one;
        then(sent);
        if (_faults.Double > 0 && random.NextDouble() < _faults.Double)
            then(sent);
    }
}
