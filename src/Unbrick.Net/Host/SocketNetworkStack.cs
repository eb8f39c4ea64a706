using System.Net;
using System.Net.Sockets;

namespace Unbrick.Net.Host;

/// <summary>The stack by .NET's sockets alone, for Windows, macOS and whatever else runs it. It hears no raw frames.</summary>
public sealed class SocketNetworkStack : INetworkStack
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Socket _wakeIn, _wakeOut;
    private readonly List<SocketUdpPort> _ports = [];
    private readonly List<Socket> _ready = [];

    /// <summary>Opens the stack; <paramref name="time"/> gives the monotonic clock.</summary>
    public SocketNetworkStack(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _start = time.GetTimestamp();
        _wakeIn = UdpSockets.Open(new UdpBinding(new IPEndPoint(IPAddress.Loopback, 0)));
        _wakeOut = UdpSockets.Open(new UdpBinding(new IPEndPoint(IPAddress.Loopback, 0), (IPEndPoint)_wakeIn.LocalEndPoint!));
        _wakeIn.Connect(_wakeOut.LocalEndPoint!); // nobody else can wake it
    }

    /// <inheritdoc/>
    public TimeSpan Now => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public IUdpPort OpenUdp(in UdpBinding binding, Action<IUdpPort> onReadable)
    {
        SocketUdpPort port = new(binding, onReadable, _ports);
        _ports.Add(port);
        return port;
    }

    /// <inheritdoc/>
    public IFrameTap OpenTap(NetworkAdapter adapter, TapScope scope, Action<IFrameTap> onReadable) =>
        throw new NetworkException(NetworkFailure.NotSupported, "raw frames cannot be heard on this system");

    /// <inheritdoc/>
    public IFramePort OpenFrames(NetworkAdapter adapter, ushort etherType, Action<IFramePort> onReadable) =>
        throw new NetworkException(NetworkFailure.NotSupported, "this system gives programs no raw Ethernet frames");

    /// <inheritdoc/>
    public void Poll(TimeSpan atMost)
    {
        _ready.Clear();
        _ready.Add(_wakeIn);
        foreach (SocketUdpPort port in _ports)
            _ready.Add(port.Socket);
        Socket.Select(_ready, null, null, atMost < TimeSpan.Zero ? TimeSpan.Zero : atMost);
        if (_ready.Remove(_wakeIn))
        {
            Span<byte> buffer = stackalloc byte[8];
            _wakeIn.Receive(buffer, SocketFlags.None, out _);
        }
        if (_ready.Count == 0)
            return;
        foreach (SocketUdpPort port in _ports.ToArray())
        {
            if (!port.Closed && _ready.Contains(port.Socket))
                port.OnReadable(port);
        }
    }

    /// <inheritdoc/>
    public void Wake() => _wakeOut.Send([1], SocketFlags.None, out _);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SocketUdpPort port in _ports.ToArray())
            port.Dispose();
        _wakeIn.Dispose();
        _wakeOut.Dispose();
    }
}
