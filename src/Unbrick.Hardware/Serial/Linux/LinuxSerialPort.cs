using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Serial.Linux;

/// <summary>
/// A serial port of Linux (ioctl_tty(2), termios2 of asm-generic/termbits.h): raw, any rate, nobody else's meanwhile. Pseudo-terminals are
/// ports, too; they have neither modem lines nor counters.
/// </summary>
public sealed unsafe class LinuxSerialPort : ISerialPort
{
    private const uint SpeedMask = 0x100F, InputSpeedMask = 0x100F_0000, OwnSpeed = 0x1000; // CBAUD, CIBAUD, BOTHER
    private const uint EightBits = 0x30, Receiver = 0x80, NoModem = 0x800; // CS8, CREAD, CLOCAL
    private const uint NotWanted = 0x40 | 0x100 | 0x400 | 0x8000_0000; // CSTOPB, PARENB, HUPCL, CRTSCTS
    private const int InputQueue = 0, BothQueues = 2; // TCIFLUSH, TCIOFLUSH
    private const int MinimumIndex = 6, TimeIndex = 5; // VMIN, VTIME

    /// <summary>Rates that have a code of their own, in its order: B50 = 1; from 57600 on with <see cref="OwnSpeed"/>'s bit, B57600 = 0x1001.</summary>
    private static readonly int[] s_coded = [50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400],
        s_codedHigh = [57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000];

    /// <summary>A UART that is wrong by more than this cannot be read by anybody; chips round to what they can divide to.</summary>
    private const double MostRateError = 0.03;

    private static readonly TimeSpan s_stuck = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Posix.Counters _first;
    private volatile bool _gone;
    private int _descriptor;

    private LinuxSerialPort(string path, int descriptor, int baud, TimeProvider time)
    {
        (_descriptor, _time, Baud) = (descriptor, time, baud);
        int lines;
        Posix.Counters counters;
        bool hasLines = Posix.Control(descriptor, Posix.GetLines, &lines) >= 0;
        bool counts = Posix.Control(descriptor, Posix.GetCounters, &counters) >= 0;
        if (counts)
            _first = counters;
        Info = new SerialPortInfo(path, true, hasLines, counts, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public SerialPortInfo Info { get; }

    /// <inheritdoc/>
    public int Baud { get; private set; }

    /// <inheritdoc/>
    public SerialErrors? Errors
    {
        get
        {
            Posix.Counters now;
            if (!Info.CountsErrors)
                return null;
            if (_gone || Posix.Control(_descriptor, Posix.GetCounters, &now) < 0)
                return new SerialErrors(0, 0, 0, 0);
            return new SerialErrors(
                Since(now.Framing, _first.Framing), Since(now.Break, _first.Break),
                Since(now.Overrun, _first.Overrun) + Since(now.BufferOverrun, _first.BufferOverrun), Since(now.Parity, _first.Parity));
        }
    }

    /// <summary>Opens a port; what came before is thrown away.</summary>
    /// <param name="path">The device: <c>/dev/ttyUSB0</c>.</param>
    /// <param name="baud">Bits in a second.</param>
    /// <param name="time">For waits.</param>
    /// <exception cref="SerialPortException">Says why it cannot be used.</exception>
    public static LinuxSerialPort Open(string path, int baud, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        NativeLibraries.Ready();
        int descriptor = Posix.Open(path, Posix.ReadWrite | Posix.NoControllingTerminal | Posix.NonBlocking | Posix.CloseOnExec);
        if (descriptor >= 0 && SetUp(descriptor, baud))
            return new LinuxSerialPort(path, descriptor, baud, time);
        (int error, string text) = Posix.LastError();
        if (descriptor >= 0)
            _ = Posix.Close(descriptor);
        SerialStatus status = error switch
        {
            Posix.NoEntry or Posix.NoDevice or Posix.NoSuchAddress or Posix.IoError => SerialStatus.NotFound,
            Posix.AccessDenied or Posix.NotPermitted => SerialStatus.NotPermitted,
            Posix.IsBusy or Posix.Again => SerialStatus.Busy,
            _ => SerialStatus.NotSupported,
        };
        throw new SerialPortException(status, status == SerialStatus.Busy ? "another program has it" : text);
    }

    /// <inheritdoc/>
    public bool TrySetBaud(int baud)
    {
        if (baud is < SerialAddress.LeastBaud or > SerialAddress.MostBaud)
            return false;
        Posix.Terminal before;
        if (_gone || Posix.Control(_descriptor, Posix.GetTerminal, &before) < 0)
            return false;
        Posix.Terminal wanted = before;
        SetRate(&wanted, baud);
        if (Apply(Posix.SetTerminalWhenSent, &wanted) && HasRate(_descriptor, baud))
        {
            Baud = baud;
            return true;
        }
        _ = Apply(Posix.SetTerminal, &before);
        return false;
    }

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        count = 0;
        long started = _time.GetTimestamp();
        fixed (byte* bytes = into)
        {
            while (!_gone)
            {
                nint got = Posix.Read(_descriptor, bytes, (nuint)into.Length);
                if (got > 0)
                {
                    count = (int)got;
                    return SerialRead.Data;
                }
                // Nothing without an error is the end of a terminal that was hung up (read(2), tty_hung_up_p).
                if (got == 0 || !MayGoOn())
                    break;
                if (!WaitFor(Posix.PollIn, started, wait))
                    return SerialRead.Silent;
            }
        }
        _gone = true;
        return SerialRead.Gone;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            int done = 0;
            long started = _time.GetTimestamp();
            while (done < bytes.Length && !_gone)
            {
                nint count = Posix.Write(_descriptor, first + done, (nuint)(bytes.Length - done));
                if (count > 0)
                {
                    done += (int)count;
                    started = _time.GetTimestamp();
                }
                else if (count < 0 && !MayGoOn() || !WaitFor(Posix.PollOut, started, s_stuck + TimeSpan.FromSeconds(10_000.0 / Baud)))
                {
                    // An adapter that takes nothing at all any more is as good as pulled out.
                    _gone = true;
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts)
    {
        int lines;
        if (!Info.HasLines || _gone || Posix.Control(_descriptor, Posix.GetLines, &lines) < 0)
            return false;
        lines = (lines & ~(Posix.DataTerminalReady | Posix.RequestToSend)) | (dtr ? Posix.DataTerminalReady : 0) | (rts ? Posix.RequestToSend : 0);
        return Posix.Control(_descriptor, Posix.SetLines, &lines) >= 0;
    }

    /// <inheritdoc/>
    public bool SetBreak(bool on) => !_gone && Posix.Control(_descriptor, on ? Posix.SetBreak : Posix.ClearBreak, null) >= 0;

    /// <inheritdoc/>
    public void Discard()
    {
        if (!_gone)
            _ = Posix.Control(_descriptor, Posix.FlushTerminal, (void*)InputQueue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gone = true;
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
            _ = Posix.Close(descriptor);
    }

    private static bool SetUp(int descriptor, int baud)
    {
        Posix.Terminal terminal;
        if (Posix.Control(descriptor, Posix.GetTerminal, &terminal) < 0 || Posix.Lock(descriptor, Posix.LockAlone) < 0)
            return false;
        terminal.Input = terminal.Output = terminal.Local = 0;
        terminal.Control = (terminal.Control & ~(EightBits | NotWanted)) | EightBits | Receiver | NoModem;
        terminal.Characters[MinimumIndex] = 1;
        terminal.Characters[TimeIndex] = 0;
        SetRate(&terminal, baud);
        return Posix.Control(descriptor, Posix.SetTerminal, &terminal) >= 0
            && Posix.Control(descriptor, Posix.Exclusive, null) >= 0
            && Posix.Control(descriptor, Posix.FlushTerminal, (void*)BothQueues) >= 0;
    }

    private static void SetRate(Posix.Terminal* terminal, int baud)
    {
        // By its code where there is one: a program at the other end of a pseudo-terminal may know no other (tcgetattr(3)).
        uint low = (uint)(Array.IndexOf(s_coded, baud) + 1), high = (uint)(Array.IndexOf(s_codedHigh, baud) + 1);
        terminal->Control = (terminal->Control & ~(SpeedMask | InputSpeedMask)) | (low > 0 ? low : OwnSpeed + high);
        terminal->InputSpeed = terminal->OutputSpeed = (uint)baud;
    }

    /// <summary>A driver that cannot do a rate sets another one, and says so only there.</summary>
    private static bool HasRate(int descriptor, int baud)
    {
        Posix.Terminal terminal;
        return Posix.Control(descriptor, Posix.GetTerminal, &terminal) >= 0 && Math.Abs(terminal.OutputSpeed - (double)baud) <= baud * MostRateError;
    }

    private bool Apply(nuint request, Posix.Terminal* terminal)
    {
        while (Posix.Control(_descriptor, request, terminal) < 0)
        {
            if (Posix.LastError().Number != Posix.Interrupted)
                return false;
        }
        return true;
    }

    private static long Since(int now, int first) => unchecked((uint)(now - first));

    private static bool MayGoOn() => Posix.LastError().Number is Posix.Again or Posix.Interrupted;

    /// <summary>False when the time is up.</summary>
    private bool WaitFor(short events, long started, TimeSpan limit)
    {
        TimeSpan left = limit - _time.GetElapsedTime(started);
        if (left <= TimeSpan.Zero)
            return false;
        Posix.PollDescriptor descriptor = new() { Descriptor = _descriptor, Events = events };
        _ = Posix.Poll(&descriptor, 1, (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue));
        return true;
    }
}
