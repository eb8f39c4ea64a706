using System.Buffers;
using System.Net;
using Unbrick.Net;
using Unbrick.Net.Host;

namespace Unbrick.Sim.Network;

/// <summary>A UDP port in memory, with a real socket's rules: what it hears, what it may send, how much it keeps.</summary>
internal sealed class SimUdpPort : IUdpPort
{
    /// <summary>Linux' net.core.rmem_default; what arrives beyond it is lost.</summary>
    private const int ReceiveBuffer = 212_992;

    private readonly SimNetworkStack _stack;
    private readonly HostNetwork _network;
    private readonly UdpBinding _binding;
    private readonly Action<IUdpPort> _onReadable;
    private readonly uint _localIp;
    private readonly uint _peerIp;
    private readonly Queue<Waiting> _queue = new();
    private int _queuedBytes;
    private (uint Ip, ushort Port) _lastFrom;
    private IPEndPoint? _lastFromEndPoint;
    private (uint Ip, IPAddress Address) _lastTo = (0, IPAddress.Any);

    public SimUdpPort(SimNetworkStack stack, HostNetwork network, UdpBinding binding, int port, Action<IUdpPort> onReadable)
    {
        _stack = stack;
        _network = network;
        _binding = binding;
        _onReadable = onReadable;
        Local = new IPEndPoint(binding.Local.Address, port);
        _localIp = Ipv4.ToNumber(Local.Address);
        _peerIp = binding.Peer is { } peer ? Ipv4.ToNumber(peer.Address) : 0;
    }

    public IPEndPoint Local { get; }

    public bool IsReadable => _queue.Count > 0;

    /// <summary>Whether another port with this binding could not exist beside it.</summary>
    public bool Excludes(IPAddress address, int port, bool shared) =>
        port == Local.Port && !(shared && _binding.Shared)
        && (address.Equals(Local.Address) || address.Equals(IPAddress.Any) || Local.Address.Equals(IPAddress.Any));

    /// <summary>How exactly a datagram is meant for this port; 0 for not at all.</summary>
    public int Accepts(in Ipv4Header ip, in UdpDatagram datagram)
    {
        bool addressFits = _localIp == 0 || _localIp == ip.Destination;
        bool peerFits = _binding.Peer is not { } peer || (_peerIp == ip.Source && peer.Port == datagram.FromPort);
        if (datagram.ToPort != Local.Port || !addressFits || !peerFits)
            return 0;
        return 1 + (_localIp != 0 ? 1 : 0) + (_binding.Peer is not null ? 2 : 0);
    }

    public void Deliver(in Ipv4Header ip, in UdpDatagram datagram)
    {
        if (_queuedBytes + datagram.Payload.Length > ReceiveBuffer)
            return;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(datagram.Payload.Length);
        datagram.Payload.CopyTo(buffer);
        _queue.Enqueue(new Waiting(buffer, datagram.Payload.Length, FromOf(ip.Source, datagram.FromPort), ToOf(ip.Destination)));
        _queuedBytes += datagram.Payload.Length;
    }

    public void Announce() => _onReadable(this);

    public bool TryReceive(Span<byte> buffer, out Arrival arrival)
    {
        arrival = default;
        if (!_queue.TryDequeue(out Waiting next))
            return false;
        int length = Math.Min(buffer.Length, next.Length);
        next.Buffer.AsSpan(0, length).CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(next.Buffer);
        _queuedBytes -= next.Length;
        arrival = new Arrival(length, next.From, next.To, SimNetworkHost.AdapterIndex);
        return true;
    }

    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint? to = null, IPAddress? from = null)
    {
        IPEndPoint receiver = to ?? _binding.Peer ?? throw new ArgumentNullException(nameof(to), "a port without a peer needs a receiver");
        uint toIp = Ipv4.ToNumber(receiver.Address);
        if (_network.IsBroadcast(toIp) && !_binding.Broadcast)
            throw new NetworkException(NetworkFailure.NotPermitted, "this port was not opened for broadcasts");
        uint source = _localIp != 0 ? _localIp : from is not null ? Ipv4.ToNumber(from) : _network.SourceFor(toIp);
        if (_network.Owns(source))
            _network.SendUdp(source, (ushort)Local.Port, toIp, (ushort)receiver.Port, datagram);
    }

    public void SendSegments(ReadOnlySpan<byte> datagrams, int segment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segment, 1);
        for (; datagrams.Length > segment; datagrams = datagrams[segment..])
            Send(datagrams[..segment]);
        Send(datagrams);
    }

    public void Dispose()
    {
        _network.Ports.Remove(this);
        _stack.Ports.Remove(this);
        while (_queue.TryDequeue(out Waiting lost))
            ArrayPool<byte>.Shared.Return(lost.Buffer);
        _queuedBytes = 0;
    }

    private IPEndPoint FromOf(uint ip, ushort port)
    {
        if (_lastFromEndPoint is null || _lastFrom != (ip, port))
            (_lastFrom, _lastFromEndPoint) = ((ip, port), new IPEndPoint(Ipv4.FromNumber(ip), port));
        return _lastFromEndPoint;
    }

    private IPAddress ToOf(uint ip)
    {
        if (_lastTo.Ip != ip)
            _lastTo = (ip, Ipv4.FromNumber(ip));
        return _lastTo.Address;
    }

    private readonly record struct Waiting(byte[] Buffer, int Length, IPEndPoint From, IPAddress To);
}
