using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Serial.Windows;

/// <summary>
/// A serial port of Windows. DTR and RTS are set together with SetCommState, whose driver call carries both. Windows tells kinds of errors, not
/// how many: each that is seen counts as one. A write waits while a read waits, because the port is opened for one call at a time.
/// </summary>
public sealed unsafe class WindowsSerialPort : ISerialPort
{
    /// <summary>fBinary; all handshakes, substitutions and aborts off. fDtrControl and fRtsControl are the two fields of two bits.</summary>
    private const uint Binary = 1;
    private const int DtrShift = 4, RtsShift = 12;
    private const uint Forever = uint.MaxValue, WriteLimit = 10_000;

    private readonly SafeFileHandle _handle;
    private long _framing, _breaks, _overruns, _parity;
    private volatile bool _gone;
    private uint _wait;
    private bool _dtr = true, _rts = true;

    private WindowsSerialPort(string name, SafeFileHandle handle)
    {
        _handle = handle;
        Info = new SerialPortInfo(name, true, true, true, TimeSpan.Zero);
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
            TakeErrors();
            return new SerialErrors(_framing, _breaks, _overruns, _parity);
        }
    }

    /// <summary>Opens a port; what came before is thrown away.</summary>
    /// <param name="address">Which one.</param>
    /// <exception cref="SerialPortException">Says why it cannot be used.</exception>
    public static WindowsSerialPort Open(ComAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        SafeFileHandle handle = Win32Serial.Open($@"\\.\COM{address.Number}", Win32Serial.ReadWrite, 0, 0, Win32Serial.OpenExisting, 0, 0);
        if (handle.IsInvalid)
            throw Failed(handle);
        WindowsSerialPort port = new($"COM{address.Number}", handle);
        if (!port.Apply(address.Baud ?? SerialAddress.UsualBaud) || !port.SetWait(0))
            throw Failed(handle);
        port.Discard();
        return port;
    }

    /// <inheritdoc/>
    public bool TrySetBaud(int baud)
    {
        if (_gone || baud is < SerialAddress.LeastBaud or > SerialAddress.MostBaud)
            return false;
        _ = Win32Serial.Flush(_handle);
        return Apply(baud);
    }

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        count = 0;
        if (_gone)
            return SerialRead.Gone;
        if (!SetWait((uint)Math.Clamp(wait.TotalMilliseconds, 0, int.MaxValue)))
            return End();
        fixed (byte* bytes = into)
        {
            if (!Win32Serial.Read(_handle, bytes, (uint)into.Length, out uint got, 0))
                return End();
            count = (int)got;
        }
        TakeErrors();
        return count > 0 ? SerialRead.Data : SerialRead.Silent;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            for (int done = 0; done < bytes.Length && !_gone;)
            {
                _gone = !Win32Serial.Write(_handle, first + done, (uint)(bytes.Length - done), out uint count, 0) || count == 0;
                done += (int)count;
            }
        }
    }

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts)
    {
        (_dtr, _rts) = (dtr, rts);
        return !_gone && Apply(Baud);
    }

    /// <inheritdoc/>
    public bool SetBreak(bool on) => !_gone && (on ? Win32Serial.SetBreak(_handle) : Win32Serial.ClearBreak(_handle));

    /// <inheritdoc/>
    public void Discard() => _ = Win32Serial.Purge(_handle, Win32Serial.PurgeInput);

    /// <inheritdoc/>
    public void Dispose()
    {
        _gone = true;
        _handle.Dispose();
    }

    /// <summary>The flags of a DCB: no handshake of any kind, and the two lines as they are to be.</summary>
    internal static uint Flags(bool dtr, bool rts) => Binary | (dtr ? 1u << DtrShift : 0) | (rts ? 1u << RtsShift : 0);

    private static SerialPortException Failed(SafeFileHandle handle)
    {
        int error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        SerialStatus status = error switch
        {
            Win32Serial.NotFound or Win32Serial.PathNotFound => SerialStatus.NotFound,
            Win32Serial.AccessDenied or Win32Serial.Sharing => SerialStatus.Busy,
            _ => SerialStatus.NotSupported,
        };
        return new SerialPortException(status, Marshal.GetPInvokeErrorMessage(error));
    }

    private bool Apply(int baud)
    {
        Win32Serial.ControlBlock block = new() { Length = (uint)sizeof(Win32Serial.ControlBlock) };
        if (!Win32Serial.GetState(_handle, &block))
            return false;
        (block.Baud, block.Flags, block.ByteSize, block.Parity, block.StopBits) = ((uint)baud, Flags(_dtr, _rts), 8, 0, 0);
        if (!Win32Serial.SetState(_handle, &block))
            return false;
        Baud = baud;
        return true;
    }

    /// <summary>With these timeouts a read returns as soon as there is a byte, and after the wait without one (COMMTIMEOUTS, remarks).</summary>
    private bool SetWait(uint milliseconds)
    {
        if (milliseconds == _wait && milliseconds != 0)
            return true;
        _wait = milliseconds;
        Win32Serial.Timeouts timeouts = new()
        {
            ReadInterval = Forever,
            ReadMultiplier = milliseconds == 0 ? 0 : Forever,
            ReadConstant = milliseconds,
            WriteConstant = WriteLimit,
        };
        return Win32Serial.SetTimeouts(_handle, &timeouts);
    }

    private void TakeErrors()
    {
        if (_gone || !Win32Serial.TakeErrors(_handle, out uint errors, null))
            return;
        _framing += (errors & Win32Serial.Framing) != 0 ? 1 : 0;
        _breaks += (errors & Win32Serial.Break) != 0 ? 1 : 0;
        _overruns += (errors & (Win32Serial.Overrun | Win32Serial.BufferOverrun)) != 0 ? 1 : 0;
        _parity += (errors & Win32Serial.Parity) != 0 ? 1 : 0;
    }

    private SerialRead End()
    {
        _gone = true;
        return SerialRead.Gone;
    }
}
