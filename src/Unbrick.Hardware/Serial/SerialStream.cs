using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Serial;

/// <summary>
/// A serial port of Linux as a stream: raw, 8 data bits, no parity, 1 stop bit, any speed, nobody else's meanwhile. Reads and writes keep to their
/// timeouts by <see cref="TimeoutException"/>; a port that is pulled out is an <see cref="IOException"/>.
/// </summary>
public sealed unsafe class SerialStream : Stream
{
    private const uint SpeedMask = 0x100F, InputSpeedMask = 0x100F_0000, OwnSpeed = 0x1000; // CBAUD, CIBAUD, BOTHER
    private const uint EightBits = 0x30, Receiver = 0x80, NoModem = 0x800; // CS8, CREAD, CLOCAL
    private const int BothQueues = 2; // TCIOFLUSH
    private const int MinimumIndex = 6, TimeIndex = 5; // VMIN, VTIME

    private readonly TimeProvider _time;
    private int _descriptor;

    private SerialStream(int descriptor, TimeProvider time) => (_descriptor, _time) = (descriptor, time);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <inheritdoc/>
    public override int ReadTimeout { get; set; } = Timeout.Infinite;

    /// <inheritdoc/>
    public override int WriteTimeout { get; set; } = Timeout.Infinite;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Opens a port; what came before is thrown away.</summary>
    /// <param name="path">The port: <c>/dev/ttyUSB0</c>.</param>
    /// <param name="baud">Bits in a second.</param>
    /// <param name="time">For timeouts.</param>
    /// <param name="stream">The open port; null when it is not.</param>
    /// <param name="reason">What the system says; null when it is open.</param>
    public static SerialStatus TryOpen(string path, int baud, TimeProvider time, out SerialStream? stream, out string? reason)
    {
        (stream, reason) = (null, null);
        if (!OperatingSystem.IsLinux())
        {
            reason = "serial ports are not supported on this system; serprog by TCP is";
            return SerialStatus.NotSupported;
        }
        NativeLibraries.Ready();
        int descriptor = Posix.Open(path, Posix.ReadWrite | Posix.NoControllingTerminal | Posix.NonBlocking | Posix.CloseOnExec);
        if (descriptor >= 0 && SetUp(descriptor, baud))
        {
            stream = new(descriptor, time);
            return SerialStatus.Done;
        }
        (int error, reason) = Posix.LastError();
        if (descriptor >= 0)
            _ = Posix.Close(descriptor);
        return error switch
        {
            Posix.NoEntry or Posix.NoDevice or Posix.NoSuchAddress => SerialStatus.NotFound,
            Posix.AccessDenied or Posix.NotPermitted => SerialStatus.NotPermitted,
            Posix.IsBusy => SerialStatus.Busy,
            _ => SerialStatus.NotSupported,
        };
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        long started = _time.GetTimestamp();
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint count = Posix.Read(_descriptor, bytes, (nuint)buffer.Length);
                if (count >= 0)
                    return (int)count;
                WaitFor(Posix.PollIn, started, ReadTimeout);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        long started = _time.GetTimestamp();
        fixed (byte* bytes = buffer)
        {
            int done = 0;
            while (done < buffer.Length)
            {
                nint count = Posix.Write(_descriptor, bytes + done, (nuint)(buffer.Length - done));
                if (count >= 0)
                    done += (int)count;
                else
                    WaitFor(Posix.PollOut, started, WriteTimeout);
            }
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Writes go to the port at once.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
            _ = Posix.Close(descriptor);
        base.Dispose(disposing);
    }

    private static bool SetUp(int descriptor, int baud)
    {
        Posix.Terminal terminal;
        if (Posix.Control(descriptor, Posix.GetTerminal, &terminal) < 0)
            return false;
        terminal.Input = terminal.Output = terminal.Local = 0;
        terminal.Control = (terminal.Control & ~(SpeedMask | InputSpeedMask | EightBits | 0x40 | 0x100 | 0x8000_0000)) // CSTOPB, PARENB, CRTSCTS
            | OwnSpeed | EightBits | Receiver | NoModem;
        terminal.InputSpeed = terminal.OutputSpeed = (uint)baud;
        terminal.Characters[MinimumIndex] = 1;
        terminal.Characters[TimeIndex] = 0;
        return Posix.Control(descriptor, Posix.SetTerminal, &terminal) >= 0
            && Posix.Control(descriptor, Posix.Exclusive, null) >= 0
            && Posix.Control(descriptor, Posix.FlushTerminal, (void*)BothQueues) >= 0;
    }

    /// <summary>Waits after a call that found nothing to do; throws when it failed in earnest or the time is up.</summary>
    private void WaitFor(short events, long started, int timeout)
    {
        (int error, string text) = Posix.LastError();
        if (error is not (Posix.Again or Posix.Interrupted))
            throw new IOException(text);
        int left = timeout < 0 ? -1 : (int)Math.Max(0, timeout - _time.GetElapsedTime(started).TotalMilliseconds);
        if (left == 0)
            throw new TimeoutException("the serial port was silent");
        Posix.PollDescriptor descriptor = new() { Descriptor = _descriptor, Events = events };
        int ready = Posix.Poll(&descriptor, 1, left);
        if (ready == 0)
            throw new TimeoutException("the serial port was silent");
    }
}
