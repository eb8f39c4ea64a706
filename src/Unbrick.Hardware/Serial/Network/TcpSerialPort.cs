using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Unbrick.Hardware.Serial.Network;

/// <summary>
/// The bytes of a line over TCP, as QEMU, ser2net (raw) and ESP-Link hand them out. Its rate is what the other side has set. A server that begins with Telnet
/// (ser2net's <c>telnet</c>) is spoken to in Telnet, or each byte of 255 would be lost.
/// </summary>
public sealed class TcpSerialPort : ISerialPort
{
    private const int LongestRefusal = 256, MostLooks = 4;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10), s_refusal = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly List<byte> _early = [];
    private TelnetStream? _telnet;
    private bool _begun;
    private volatile bool _gone;

    internal TcpSerialPort(Socket socket, string name)
    {
        _socket = socket;
        Info = new SerialPortInfo(name, false, false, false, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public SerialPortInfo Info { get; }

    /// <summary>Nobody knows; what is usual.</summary>
    public int Baud => SerialAddress.UsualBaud;

    /// <inheritdoc/>
    public SerialErrors? Errors => null;

    /// <summary>Connects.</summary>
    /// <param name="address">Where to.</param>
    /// <exception cref="SerialPortException">Nobody is there.</exception>
    public static TcpSerialPort Open(TcpAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        TcpSerialPort port = new(Connect(address.Host, address.Port), address.ToString());
        if (!port.IsRefused())
            return port;
        string said = TelnetStream.Said(port._early);
        port.Dispose();
        throw new SerialPortException(SerialStatus.Refused, $"the server closed the connection{said}");
    }

    /// <inheritdoc/>
    public bool TrySetBaud(int baud) => false;

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        count = Math.Min(into.Length, _early.Count);
        if (count > 0)
        {
            CollectionsMarshal.AsSpan(_early)[..count].CopyTo(into);
            _early.RemoveRange(0, count);
            return SerialRead.Data;
        }
        if (_gone)
            return SerialRead.Gone;
        try
        {
            if (!_socket.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, SelectMode.SelectRead))
                return SerialRead.Silent;
            count = _socket.Receive(into);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            count = 0;
        }
        _gone = count == 0;
        if (_gone)
            return SerialRead.Gone;
        if (!Begin(into[..count]))
            return SerialRead.Data;
        _telnet!.Take(into[..count], _early);
        Answer();
        return _early.Count > 0 ? Read(into, TimeSpan.Zero, out count) : Nothing(out count);
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => Send(_telnet is null ? bytes : TelnetStream.Escape(bytes));

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty && !_gone)
                bytes = bytes[_socket.Send(bytes)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _gone = true;
        }
    }

    /// <inheritdoc/>
    public bool SetLines(bool dtr, bool rts) => false;

    /// <inheritdoc/>
    public bool SetBreak(bool on) => false;

    /// <inheritdoc/>
    public void Discard()
    {
        // As much as can have come by now: a line that never ends must not hold the caller.
        Span<byte> waste = stackalloc byte[4096];
        for (int i = 0; i < 256 && Read(waste, TimeSpan.Zero, out _) == SerialRead.Data; i++)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gone = true;
        _socket.Dispose();
    }

    /// <summary>
    /// Servers that cannot or will not hand out their port take the connection, say why in a line, and close it at once. What else comes meanwhile is kept.
    /// </summary>
    private bool IsRefused()
    {
        List<byte> heard = [];
        byte[] buffer = new byte[LongestRefusal];
        SerialRead read = SerialRead.Data;
        for (int i = 0; i < MostLooks && heard.Count < LongestRefusal && read != SerialRead.Gone && (read == SerialRead.Data || _telnet is not null); i++)
        {
            read = Read(buffer, s_refusal, out int count);
            heard.AddRange(buffer.AsSpan(0, count));
        }
        _early.InsertRange(0, heard);
        return read == SerialRead.Gone;
    }

    /// <summary>Looks at the first bytes for a Telnet server, which begins with what it wants.</summary>
    private bool Begin(ReadOnlySpan<byte> first)
    {
        if (!_begun && TelnetStream.IsGreeting(first))
        {
            _telnet = new TelnetStream();
            Send(TelnetStream.Plain);
        }
        _begun = true;
        return _telnet is not null;
    }

    private void Answer()
    {
        byte[] answers = [.. _telnet!.Answers];
        _telnet.Answers.Clear();
        _telnet.Told.Clear();
        Send(answers);
    }

    private static SerialRead Nothing(out int count)
    {
        count = 0;
        return SerialRead.Silent;
    }

    internal static Socket Connect(string host, int port)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = (int)s_limit.TotalMilliseconds };
        try
        {
            using CancellationTokenSource late = new(s_limit);
            socket.ConnectAsync(host, port, late.Token).AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new SerialPortException(SerialStatus.Unreachable, e is SocketException ? e.Message : $"no answer in {s_limit.TotalSeconds} s");
        }
    }
}
