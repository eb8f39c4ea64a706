using Unbrick.Sim.Esp.Faults;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Sim.Esp;

/// <summary>A simulated board on a simulated serial adapter: what a <c>sim:esp/…</c> address stands for. Its clock moves when somebody waits.</summary>
public sealed class EspBench : IDisposable
{
    private const long RealSlice = 5_000_000;

    private readonly Lock _gate = new();
    private readonly EspBoardOptions _options;
    private readonly EspFaults _faults;
    private readonly EspClock _clock;
    private readonly UartLane _toChip = new();
    private readonly UartLane _toHost = new();
    private long _toChipCount;
    private long _toHostCount;
    private int _framing;
    private bool _gone;
    private bool _unplugged;

    internal EspBench(EspModel model, SimNor flash, EspBoardOptions options, EspFaults faults, TimeProvider time)
    {
        (_options, _faults, _clock) = (options, faults, new EspClock(time));
        Board = new EspBoard(model, flash, options, faults, _toHost);
        Board.PowerOn(_clock.Now);
        if (faults.PowerCut is { IsTime: true } cut)
            Board.PowerEndsAt(cut.From * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>The board. What a person does at it: <see cref="EspBoard.IsGpio0Low"/>, <see cref="PowerCycle"/>.</summary>
    public EspBoard Board { get; }

    /// <summary>Called with each moment that the clock moves to, so that a story runs no faster than a person reads.</summary>
    public Action<TimeSpan>? Pacer { get; set; }

    /// <summary>Bytes that were written to the chip.</summary>
    public long Written { get; private set; }

    /// <summary>The rate of the host.</summary>
    internal int Baud { get; private set; } = 115_200;

    /// <summary>Bytes whose stop bit was missing.</summary>
    internal int Framing => _framing;

    internal EspBoardOptions Options => _options;

    /// <summary>Opens the port: for the first time, or again after it was pulled out, which gives the board its power.</summary>
    public SimEspPort Connect() => Connect(ends: false);

    /// <summary>Takes the board's power away and gives it again.</summary>
    public void PowerCycle()
    {
        lock (_gate)
        {
            RunUntil(_clock.Now);
            Board.PowerCycle(_clock.Now);
        }
    }

    /// <summary>Writes the flash back to its file, where that was asked for.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public void Save()
    {
        if (!_options.Save || _options.Image is not { } path)
            return;
        lock (_gate)
        {
            string part = path + ".part";
            File.WriteAllBytes(part, Board.Flash.Content.Span);
            File.Move(part, path, overwrite: true);
        }
    }

    /// <summary>Ends it; saves what is to be saved.</summary>
    public void Dispose() => Save();

    internal SimEspPort Connect(bool ends)
    {
        lock (_gate)
        {
            _gone = false;
            if (_unplugged)
            {
                _unplugged = false;
                Board.PowerOn(_clock.Now);
            }
            return new SimEspPort(this, ends);
        }
    }

    internal bool IsGone
    {
        get
        {
            lock (_gate)
                return _gone;
        }
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_gone)
                return;
            long now = _clock.Now;
            foreach (byte value in bytes)
            {
                _toChip.Send(value, now, Baud);
                if (_faults.Echo)
                    _toHost.Send(value, now, Baud);
            }
            Written += bytes.Length;
        }
    }

    /// <summary>Reads as <see cref="Hardware.Serial.ISerialPort.Read"/> does.</summary>
    /// <returns>Bytes; 0 for silence, and when the adapter is gone.</returns>
    internal int Read(Span<byte> into, TimeSpan wait)
    {
        long deadline = _clock.Now + Nanoseconds(wait);
        while (true)
        {
            long arrives, now = _clock.Now;
            lock (_gate)
            {
                arrives = Step(Math.Max(deadline, now));
                if (_gone)
                    return 0;
            }
            bool comes = arrives <= deadline;
            long until = comes ? Math.Min(arrives + Nanoseconds(_options.Latency), Math.Max(deadline, arrives)) : deadline;
            MoveTo(_clock.IsVirtual ? until : Math.Min(until, now + RealSlice)); // in real time somebody else may write meanwhile
            if (_clock.Now < until)
                continue;
            lock (_gate)
            {
                RunUntil(_clock.Now);
                return _gone ? 0 : Take(into);
            }
        }
    }

    /// <summary>Changes the host's rate when all has left.</summary>
    internal void SetBaud(int baud)
    {
        MoveTo(_toChip.FreeAt);
        lock (_gate)
        {
            RunUntil(_clock.Now);
            Baud = baud;
        }
    }

    internal void SetLines(bool dtr, bool rts)
    {
        lock (_gate)
        {
            RunUntil(_clock.Now);
            Board.SetLines(dtr, rts, _clock.Now);
        }
    }

    internal void Discard()
    {
        lock (_gate)
        {
            RunUntil(_clock.Now);
            _toHost.Drop(_clock.Now);
        }
    }

    /// <summary>Lets the clock run until all that was written has arrived, and all that is to be answered is.</summary>
    public void Settle()
    {
        while (true)
        {
            long busy = Math.Max(Math.Max(_toChip.FreeAt, _toHost.FreeAt), Board.BusyUntil);
            if (busy <= _clock.Now && _toChip.IsEmpty)
                return;
            MoveTo(Math.Max(busy, _clock.Now + 100_000));
            lock (_gate)
                RunUntil(_clock.Now);
        }
    }

    private void MoveTo(long moment)
    {
        if (moment <= _clock.Now)
            return;
        _clock.MoveTo(moment);
        Pacer?.Invoke(TimeSpan.FromTicks(moment / TimeSpan.NanosecondsPerTick));
    }

    /// <summary>Runs what comes before the next byte for the host, at most until a moment; when that byte arrives, or the end of time.</summary>
    private long Step(long until)
    {
        while (true)
        {
            long arrives = _toHost.Peek(Baud)?.At ?? long.MaxValue;
            if (!TryRunNext(Math.Min(until, arrives)))
                return arrives;
        }
    }

    private void RunUntil(long until)
    {
        while (TryRunNext(until))
        {
        }
    }

    /// <summary>The next byte for the chip, or what the board does by itself.</summary>
    private bool TryRunNext(long until)
    {
        if (_faults.Unplug is { IsTime: true } pulled && !_gone && pulled.From * TimeSpan.NanosecondsPerTick <= Math.Min(until, _clock.Now))
            Pull(_clock.Now);
        double? rate = _toChip.NextRate;
        UartLane.Heard? heard = rate is null ? null : _toChip.Peek(Board.IsTuning ? (int)Math.Round(rate.Value) : Board.Baud);
        long due = heard?.At ?? long.MaxValue, own = Board.NextEvent ?? long.MaxValue;
        if (Math.Min(due, own) > until)
            return false;
        if (own <= due)
        {
            Board.RunNext();
            return true;
        }
        _toChip.Take(heard!.Value);
        Arrive(heard.Value, rate!.Value);
        return true;
    }

    private void Arrive(UartLane.Heard heard, double rate)
    {
        long number = _toChipCount++;
        if (_faults.Pass(EspFaults.InLane, number, heard.Value) is { } value)
            Board.Receive(Garbled(value, number, EspFaults.InLane), heard.At, rate);
        if (Reached(_faults.PowerCut, number))
            Board.PowerOff(heard.At);
        if (Reached(_faults.Unplug, number))
            Pull(heard.At);
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private static bool Reached(FaultSpan? moment, long number) => moment is { IsTime: false } span && number + 1 == span.From;

    private void Pull(long at)
    {
        if (_unplugged)
            return;
        (_gone, _unplugged) = (true, true);
        _faults.Unplug = null;
        Board.PowerOff(at);
        _toChip.Cut(at);
        _toHost.Cut(at);
    }

    private int Take(Span<byte> into)
    {
        int count = 0;
        while (count < into.Length && _toHost.Peek(Baud) is { } heard && heard.At <= _clock.Now)
        {
            _toHost.Take(heard);
            if (heard.Framing)
                _framing++;
            into[count++] = Garbled(heard.Value, _toHostCount++, EspFaults.OutLane);
        }
        return count;
    }

    private byte Garbled(byte value, long number, int lane) =>
        _faults.MostBaud > 0 && Baud > _faults.MostBaud ? (byte)_faults.Draw(lane + 8, number) : value;
}
