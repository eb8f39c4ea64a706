using System.Buffers.Binary;
using System.Net.Sockets;

namespace Unbrick.Hardware.Serial.Network;

/// <summary>A serial line behind a server of RFC 2217 (ser2net, esp-link, pyserial's): rate, control lines, break and purge are set from here.</summary>
public sealed class Rfc2217SerialPort : ISerialPort
{
    private const byte SetBaud = 1, SetDataSize = 2, SetParity = 3, SetStopSize = 4, SetControl = 5, NotifyLine = 106, LineMask = 10, Purge = 12, Answered = 100;
    private const byte NoFlow = 1, BreakOn = 5, BreakOff = 6, DtrOn = 8, DtrOff = 9, RtsOn = 11, RtsOff = 12, PurgeReceive = 1;
    private const byte Overrun = 2, Parity = 4, Framing = 8, Break = 16;
    private const int BufferSize = 4096, MostWaiting = 1 << 20;
    private const double MostRateError = 0.03;

    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(3), s_limit = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly TelnetStream _telnet = new();
    private readonly List<byte> _data = [];
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Lock _sending = new();
    private volatile bool _gone;
    private uint _told;
    private byte _toldBy;
    private SerialErrors _errors = new(0, 0, 0, 0);

    private Rfc2217SerialPort(Socket socket, string name, TimeProvider time)
    {
        (_socket, _time) = (socket, time);
        Info = new SerialPortInfo(name, true, true, true, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public SerialPortInfo Info { get; private set; }

    /// <inheritdoc/>
    public int Baud { get; private set; }

    /// <inheritdoc/>
    public SerialErrors? Errors => _errors;

    /// <summary>Connects, and sets 8N1, no handshake, and the rate.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="time">For limits.</param>
    /// <exception cref="SerialPortException">Nobody is there, or it is no server of RFC 2217.</exception>
    public static Rfc2217SerialPort Open(Rfc2217Address address, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(time);
        Rfc2217SerialPort port = new(TcpSerialPort.Connect(address.Host, address.Port), $"rfc2217:{address.Host}:{address.Port}", time);
        long started = time.GetTimestamp();
        port.Send(TelnetStream.Opening);
        bool agreed = port.WaitFor(() => port._telnet.IsAgreed || port._telnet.IsRefused) && !port._telnet.IsRefused;
        if (agreed)
        {
            TimeSpan roundTrip = time.GetElapsedTime(started);
            port.Info = port.Info with { RoundTrip = roundTrip };
            port.Send([.. TelnetStream.Command(SetDataSize, 8), .. TelnetStream.Command(SetParity, 1), .. TelnetStream.Command(SetStopSize, 1),
                .. TelnetStream.Command(SetControl, NoFlow), .. TelnetStream.Command(LineMask, Overrun | Parity | Framing | Break)]);
            if (port.TrySetBaud(address.Baud ?? SerialAddress.UsualBaud))
                return port;
        }
        bool gone = port._gone, hasTelnet = port._telnet.HasSpoken;
        string said = TelnetStream.Said(port._data);
        port.Dispose();
        throw gone ? new SerialPortException(SerialStatus.Refused, $"the server closed the connection{said}")
            : agreed ? new SerialPortException(SerialStatus.NotSupported, $"the server does not set the rate {address.Baud ?? SerialAddress.UsualBaud}")
            : new SerialPortException(SerialStatus.NoRfc2217, hasTelnet ? "the server speaks Telnet without RFC 2217" : "the server does not answer in Telnet");
    }

    /// <inheritdoc/>
    public bool TrySetBaud(int baud)
    {
        if (_gone || baud is < SerialAddress.LeastBaud or > SerialAddress.MostBaud)
            return false;
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(value, baud);
        if (Ask(SetBaud, value) is not { } got || Math.Abs(got - (double)baud) > baud * MostRateError)
            return false;
        Baud = baud;
        return true;
    }

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        long started = _time.GetTimestamp();
        bool looked = false;
        while (_data.Count == 0 && !_gone)
        {
            TimeSpan left = wait - _time.GetElapsedTime(started);
            if (looked && left <= TimeSpan.Zero)
                break;
            looked = true;
            Pump(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        count = Math.Min(into.Length, _data.Count);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_data)[..count].CopyTo(into);
        _data.RemoveRange(0, count);
        return count > 0 ? SerialRead.Data : _gone ? SerialRead.Gone : SerialRead.Silent;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => Send(TelnetStream.Escape(bytes));

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts)
    {
        // RFC 2217 has a command for each; in one packet they reach the server's port as close to each other as they can.
        Send([.. TelnetStream.Command(SetControl, dtr ? DtrOn : DtrOff), .. TelnetStream.Command(SetControl, rts ? RtsOn : RtsOff)]);
        return !_gone;
    }

    /// <inheritdoc/>
    public bool SetBreak(bool on) => Ask(SetControl, [on ? BreakOn : BreakOff]) is not null;

    /// <inheritdoc/>
    public void Discard()
    {
        _ = Ask(Purge, [PurgeReceive]);
        _data.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gone = true;
        _socket.Dispose();
    }

    /// <summary>Sends a command and waits for its answer; null when none comes.</summary>
    private uint? Ask(byte command, ReadOnlySpan<byte> value)
    {
        _toldBy = 0;
        Send(TelnetStream.Command(command, value));
        return WaitFor(() => _toldBy == command + Answered) ? _told : null;
    }

    private bool WaitFor(Func<bool> done)
    {
        long started = _time.GetTimestamp();
        while (!done() && !_gone)
        {
            TimeSpan left = s_answer - _time.GetElapsedTime(started);
            // A server that sends without end does not get to fill the memory while its answer is waited for.
            if (left <= TimeSpan.Zero || _data.Count > MostWaiting)
                return false;
            Pump(left);
        }
        return done();
    }

    private void Pump(TimeSpan wait)
    {
        try
        {
            if (!_socket.Poll(wait, SelectMode.SelectRead))
                return;
            int count = _socket.Receive(_buffer);
            _gone |= count == 0;
            _telnet.Take(_buffer.AsSpan(0, count), _data);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _gone = true;
        }
        while (_telnet.Told.TryDequeue(out (byte Command, uint Value) told))
        {
            if (told.Command == NotifyLine)
                Count((byte)told.Value);
            else
                (_toldBy, _told) = told;
        }
        if (_telnet.Answers.Count == 0)
            return;
        byte[] answers = [.. _telnet.Answers];
        _telnet.Answers.Clear();
        Send(answers);
    }

    private void Count(byte state) => _errors = new SerialErrors(
        _errors.Framing + ((state & Framing) != 0 ? 1 : 0), _errors.Breaks + ((state & Break) != 0 ? 1 : 0),
        _errors.Overruns + ((state & Overrun) != 0 ? 1 : 0), _errors.Parity + ((state & Parity) != 0 ? 1 : 0));

    private void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_sending)
        {
            long started = _time.GetTimestamp();
            try
            {
                while (!bytes.IsEmpty && !_gone)
                {
                    bytes = bytes[_socket.Send(bytes)..];
                    _gone |= _time.GetElapsedTime(started) > s_limit;
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                _gone = true;
            }
        }
    }
}
