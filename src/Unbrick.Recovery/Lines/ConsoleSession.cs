using System.Collections.Concurrent;
using System.Globalization;
using Unbrick.Core.Text;
using Unbrick.Hardware.Serial;

namespace Unbrick.Recovery.Lines;

/// <summary>How a terminal session goes about.</summary>
public sealed record ConsoleSessionOptions
{
    /// <summary>Nothing is sent.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>A port that goes away is waited for.</summary>
    public bool Reconnects { get; init; }

    /// <summary>Times stand before the lines.</summary>
    public bool Stamps { get; init; }

    /// <summary>After the last key the session ends when nothing came for so long; null: it goes on.</summary>
    public TimeSpan? QuietEnd { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>When it ends in any case; null: never.</summary>
    public TimeSpan? Limit { get; init; }
}

/// <summary>How a terminal session ended.</summary>
public enum ConsoleEnd
{
    /// <summary>The user wanted it, or the time was up.</summary>
    Quit,

    /// <summary>All keys were sent and the device had its say.</summary>
    KeysEnded,

    /// <summary>The port went away.</summary>
    Gone,

    /// <summary>It was stopped from outside.</summary>
    Stopped,
}

/// <summary>
/// A terminal at a serial port: all that comes is kept as it is, shown without what a terminal must not be told, and read along. One thread runs
/// it; keys and commands may come from others.
/// </summary>
/// <param name="options">How to go about.</param>
/// <param name="time">The clock that the port's waits are on.</param>
/// <param name="record">Where the bytes are kept.</param>
/// <param name="reader">Reads along; null for nobody.</param>
public sealed partial class ConsoleSession(ConsoleSessionOptions options, TimeProvider time, ConsoleRecord record, IConsoleReader? reader)
{
    private const int BufferSize = 4096, MostQueued = 1 << 16;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20), s_break = TimeSpan.FromMilliseconds(250), s_retry = TimeSpan.FromMilliseconds(500);

    private readonly TerminalFilter _filter = new();
    private readonly LineStamper _stamper = new(options.Stamps);
    private readonly ConcurrentQueue<byte[]> _typed = new();
    private readonly ConcurrentQueue<ConsoleCommandKey> _commands = new();
    private readonly List<byte> _shown = [];
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly long _started = time.GetTimestamp();
    private LineStay _stay = new();
    private bool _wasText, _dtr = true, _rts = true, _saidFull;
    private volatile bool _keysEnded;
    private TimeSpan _lastByte;
    private byte[] _file = [];
    private int _sent;
    private TimeSpan _fileStarted;

    /// <summary>Shows text; it may be shown as it is. The number is the column that it ends in.</summary>
    public required Action<ReadOnlyMemory<byte>, int> Show { get; init; }

    /// <summary>Says a sentence of the terminal's own.</summary>
    public required Action<string> Say { get; init; }

    /// <summary>Opens the port anew after it went away; null while it is not there.</summary>
    public Func<ISerialPort?>? Reopen { get; init; }

    /// <summary>Waits on the clock; true when it is to end.</summary>
    public required Func<TimeSpan, bool> Wait { get; init; }

    /// <summary>Keys for the device.</summary>
    public void Type(ReadOnlySpan<byte> keys)
    {
        if (!keys.IsEmpty && _typed.Count < MostQueued)
            _typed.Enqueue(keys.ToArray());
    }

    /// <summary>No more keys will come.</summary>
    public void EndKeys() => _keysEnded = true;

    /// <summary>A command for the terminal.</summary>
    public void Command(ConsoleCommandKey command) => _commands.Enqueue(command);

    /// <summary>Sends a file at the pace of the line, as if it were typed.</summary>
    public void Send(byte[] bytes) => (_sent, _fileStarted, _file) = (0, Now, bytes);

    /// <summary>Runs until it ends.</summary>
    /// <param name="port">The port; it is closed at the end.</param>
    /// <param name="ct">Stops it.</param>
    public ConsoleEnd Run(ISerialPort port, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(port);
        try
        {
            while (true)
            {
                if (ct.IsCancellationRequested)
                    return ConsoleEnd.Stopped;
                if (IsTimeUp)
                    return ConsoleEnd.Quit;
                while (_commands.TryDequeue(out ConsoleCommandKey command))
                {
                    if (!Obey(command, port, ct))
                        return ConsoleEnd.Quit;
                }
                bool sent = SendTyped(port) | SendFile(port);
                SerialRead read = port.Read(_buffer, s_look, out int count);
                if (read == SerialRead.Data)
                    Heard(_buffer.AsSpan(0, count), port.Baud);
                else if (read == SerialRead.Gone)
                {
                    StopFile();
                    if (!options.Reconnects || Again(port, ct) is not { } again)
                        return ct.IsCancellationRequested ? ConsoleEnd.Stopped : IsTimeUp ? ConsoleEnd.Quit : ConsoleEnd.Gone;
                    port = again;
                }
                else if (_keysEnded && !sent && _typed.IsEmpty && _file.Length == 0 && options.QuietEnd is { } quiet && Now - _lastByte >= quiet)
                    return ConsoleEnd.KeysEnded;
            }
        }
        finally
        {
            port.Dispose();
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_started);

    private bool IsTimeUp => options.Limit is { } limit && Now >= limit;

    private void Heard(ReadOnlySpan<byte> bytes, int baud)
    {
        _lastByte = Now;
        record.In(bytes, _lastByte, baud);
        if (record.IsFull && !_saidFull)
        {
            _saidFull = true;
            Say($"the record has {ByteText.Short(ConsoleRecord.MostBytes)} or the disk is full: it is not kept on");
        }
        List<byte> clean = [];
        _filter.Filter(bytes, clean);
        _shown.Clear();
        _stamper.Stamp(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(clean), _lastByte, _shown);
        Show(_shown.ToArray(), _stamper.Column);
        reader?.Take(bytes, _lastByte);
        WatchRate(bytes, baud);
    }

    /// <summary>Text that turns into garbage for good: the device has changed its rate.</summary>
    private void WatchRate(ReadOnlySpan<byte> bytes, int baud)
    {
        foreach (byte value in bytes)
        {
            if (!_stay.IsRow(value))
                _stay.Add(value);
        }
        if (_stay.IsWell)
            _wasText = true;
        else if (_stay.HasTurned)
        {
            if (_wasText || _stay.Count < 200)
                Say($"{(_wasText ? "this is no text any more: the device may have changed its rate" : "this is no text")} at {Number(baud)}. Ctrl-T f finds the rate, Ctrl-T n takes the next");
            (_wasText, _stay) = (false, new LineStay());
        }
    }

    private bool SendTyped(ISerialPort port)
    {
        bool sent = false;
        while (_typed.TryDequeue(out byte[]? keys))
        {
            if (options.ReadOnly)
                continue;
            port.Write(keys);
            record.Out(keys, Now, port.Baud);
            _lastByte = Now;
            sent = true;
        }
        return sent;
    }

    /// <summary>At nine tenths of the line's rate, and not faster than a loader without a buffer takes it: one byte in a millisecond.</summary>
    private bool SendFile(ISerialPort port)
    {
        if (_file.Length == 0 || options.ReadOnly)
            return false;
        double rate = Math.Min(port.Baud / 11.1, 1000);
        int due = (int)Math.Min(_file.Length, (Now - _fileStarted).TotalSeconds * rate) - _sent;
        if (due > 0)
        {
            port.Write(_file.AsSpan(_sent, due));
            record.Out(_file.AsSpan(_sent, due), Now, port.Baud);
            _sent += due;
            _lastByte = Now;
        }
        if (_sent == _file.Length)
        {
            Say($"sent {ByteText.Exact(_sent)}");
            _file = [];
        }
        return true;
    }

    private ISerialPort? Again(ISerialPort old, CancellationToken ct)
    {
        int baud = old.Baud;
        Say($"{old.Info.Name} went away; waiting for it");
        old.Dispose();
        while (!ct.IsCancellationRequested && !IsTimeUp && !Wait(s_retry) && Reopen is not null)
        {
            if (_commands.TryDequeue(out ConsoleCommandKey command) && command == ConsoleCommandKey.Quit)
                return null;
            if (Reopen() is { } port)
            {
                // With what the user has set since, and not with what stood on the command line.
                bool same = port.Baud == baud || port.TrySetBaud(baud);
                if (!_dtr || !_rts)
                    port.SetLines(_dtr, _rts);
                Say($"{port.Info.Name} is back{(same ? "" : $", at {Number(port.Baud)}")}");
                ForgetTyped();
                return port;
            }
        }
        return null;
    }

    /// <summary>What was typed for a prompt may meet another one: the device was perhaps started anew.</summary>
    private void ForgetTyped()
    {
        int count = 0;
        while (_typed.TryDequeue(out byte[]? keys))
            count += keys.Length;
        if (count > 0)
            Say($"what was typed meanwhile was not sent: {ByteText.Exact(count)}");
    }

    /// <summary>What was on its way is lost, so that the rest behind it is no use.</summary>
    private void StopFile()
    {
        if (_file.Length > 0)
            Say($"the file was not sent on: {ByteText.Exact(_sent)} of {ByteText.Exact(_file.Length)}");
        _file = [];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
