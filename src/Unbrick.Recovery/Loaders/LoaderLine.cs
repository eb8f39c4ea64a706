using Unbrick.Hardware.Serial;
using Unbrick.Hardware.Serial.Transfer;

namespace Unbrick.Recovery.Loaders;

/// <summary>A serial line with a boot loader at its end: carries out dialogues, keeps the gate for keys, and notices when the device starts again.</summary>
public sealed class LoaderLine
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(100);

    private readonly ISerialPort _port;
    private readonly TimeProvider _time;
    private readonly long _opened;
    private readonly Action<ReadOnlyMemory<byte>, bool>? _record;
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Takes a line.</summary>
    /// <param name="port">Open; stays the caller's.</param>
    /// <param name="time">The clock that the port runs by.</param>
    /// <param name="record">Gets all bytes, and whether they are ours; null for nobody.</param>
    public LoaderLine(ISerialPort port, TimeProvider time, Action<ReadOnlyMemory<byte>, bool>? record = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(time);
        (_port, _time, _record) = (port, time, record);
        _opened = time.GetTimestamp();
        Gate = new KeyGate(Write);
    }

    /// <summary>What it shows.</summary>
    public ConsoleText Text { get; } = new();

    /// <summary>What may be sent.</summary>
    public KeyGate Gate { get; }

    /// <summary>How long an answer may take.</summary>
    public LinePace Pace { get; } = new();

    /// <summary>Time since it was opened.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_opened);

    /// <summary>Bits in a second.</summary>
    public int Baud => _port.Baud;

    /// <summary>Whether <see cref="Baud"/> is that of a real line.</summary>
    public bool HasRate => _port.Info.HasRate;

    /// <summary>The loader, once it is known: which lines mean that it starts again.</summary>
    public LoaderPatterns? Loader { get; set; }

    /// <summary>Carries out a dialogue to its end.</summary>
    /// <param name="dialogue">It.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="LineException">The device started again, or the port is gone.</exception>
    public void Run(IDialogue dialogue, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        StartWatch? watch = dialogue.ExpectsStart || Loader is null ? null : new StartWatch(Loader);
        dialogue.Look(Text, Now);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            Keys keys = dialogue.Next(Now, out TimeSpan wakeAt);
            Gate.Send(keys);
            if (dialogue.IsOver)
                return;
            TimeSpan wait = wakeAt - Now;
            Pump(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestWait ? s_longestWait : wait, watch);
            dialogue.Look(Text, Now);
        }
    }

    /// <summary>Sends a file to a receiver that waits for it.</summary>
    /// <param name="sender">The file.</param>
    /// <param name="moved">Told after each packet.</param>
    /// <param name="ct">Tells the receiver and ends.</param>
    /// <exception cref="LineException">The device started again, or the port is gone.</exception>
    public void Send(IFileSender sender, Action<IFileSender> moved, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(moved);
        StartWatch? watch = Loader is null ? null : new StartWatch(Loader);
        // The receiver's first request may have come together with the line that says that it waits; the next is seconds away.
        if (Text.Tail is { Length: > 0 } asked && asked.All(c => c == 'C'))
            sender.Take("C"u8, Now);
        while (true)
        {
            if (ct.IsCancellationRequested)
                sender.Cancel();
            ReadOnlyMemory<byte> packet = sender.Next(Now, out TimeSpan? wakeAt);
            if (!packet.IsEmpty)
            {
                Gate.Send(new Keys(KeyUse.File, packet));
                moved(sender);
                continue;
            }
            if (wakeAt is not TimeSpan until)
                return;
            TimeSpan wait = until - Now;
            ReadOnlyMemory<byte> bytes = ReadRaw(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestWait ? s_longestWait : wait);
            if (bytes.IsEmpty)
                continue;
            Text.Add(bytes.Span);
            NoticeStart(watch, bytes.Span);
            sender.Take(bytes.Span, Now);
        }
    }

    private ReadOnlyMemory<byte> ReadRaw(TimeSpan wait)
    {
        SerialRead read = _port.Read(_buffer, wait, out int count);
        if (read == SerialRead.Gone)
            throw new LineException(LineFault.Gone);
        if (count > 0)
            _record?.Invoke(_buffer.AsMemory(0, count), false);
        return _buffer.AsMemory(0, count);
    }

    private void Pump(TimeSpan wait, StartWatch? watch)
    {
        ReadOnlyMemory<byte> bytes = ReadRaw(wait);
        if (bytes.IsEmpty)
            return;
        Text.Add(bytes.Span);
        NoticeStart(watch, bytes.Span);
    }

    private void NoticeStart(StartWatch? watch, ReadOnlySpan<byte> bytes)
    {
        watch?.Add(bytes);
        if (watch is not { HasStarted: true })
            return;
        Gate.Close();
        throw new LineException(LineFault.Restarted);
    }

    private void Write(ReadOnlyMemory<byte> bytes)
    {
        _port.Write(bytes.Span);
        _record?.Invoke(bytes, true);
    }

    /// <summary>Looks at every line for what is only said while a device starts.</summary>
    private sealed class StartWatch(LoaderPatterns loader)
    {
        private readonly ConsoleText _text = new();

        public bool HasStarted { get; private set; }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            _text.Add(bytes);
            while (_text.NextLine() is string line)
                Check(line);
            Check(_text.Tail);
        }

        private void Check(string line) => HasStarted |= line.Length > 3 && (loader.Names(line) > 0 || loader.Starts(line));
    }
}

/// <summary>What ended a dialogue before its end.</summary>
public enum LineFault
{
    /// <summary>The device started again.</summary>
    Restarted,

    /// <summary>Nothing answers any more.</summary>
    Silent,

    /// <summary>What is typed does not come back as it was typed.</summary>
    NoEcho,

    /// <summary>It prints without end.</summary>
    Endless,

    /// <summary>The port is gone.</summary>
    Gone,
}

/// <summary>A dialogue could not be carried to its end.</summary>
/// <param name="fault">Why.</param>
public sealed class LineException(LineFault fault) : Exception($"line: {fault}")
{
    /// <summary>Why.</summary>
    public LineFault Fault { get; } = fault;
}
