using System.Net.Sockets;

namespace Unbrick.Hardware.Serial.Network;

/// <summary>The bytes of a line over TCP, as QEMU, ser2net (raw) and ESP-Link hand them out. Its rate is what the other side has set.</summary>
public sealed class TcpSerialPort : ISerialPort
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
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
        return new(Connect(address.Host, address.Port), address.ToString());
    }

    /// <inheritdoc/>
    public bool TrySetBaud(int baud) => false;

    /// <inheritdoc/>
    public SerialRead Read(Span<byte> into, TimeSpan wait, out int count)
    {
        count = 0;
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
        return _gone ? SerialRead.Gone : SerialRead.Data;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
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
            throw new SerialPortException(SerialStatus.NotFound, e is SocketException ? e.Message : $"no answer in {s_limit.TotalSeconds} s");
        }
    }
}
