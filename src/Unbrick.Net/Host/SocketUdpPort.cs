using System.Net;
using System.Net.Sockets;

namespace Unbrick.Net.Host;

/// <summary>A UDP port by .NET's sockets.</summary>
internal sealed class SocketUdpPort : IUdpPort
{
    private readonly IPEndPoint? _peer;
    private readonly List<SocketUdpPort> _siblings;

    internal SocketUdpPort(in UdpBinding binding, Action<IUdpPort> onReadable, List<SocketUdpPort> siblings)
    {
        _peer = binding.Peer;
        _siblings = siblings;
        OnReadable = onReadable;
        bool wantsInfo = _peer is null;
        Socket = UdpSockets.Open(binding, socket =>
        {
            if (wantsInfo)
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
        });
        Local = (IPEndPoint)Socket.LocalEndPoint!;
    }

    public IPEndPoint Local { get; }

    internal Socket Socket { get; }

    internal Action<IUdpPort> OnReadable { get; }

    internal bool Closed { get; private set; }

    public bool TryReceive(Span<byte> buffer, out Arrival arrival)
    {
        arrival = default;
        if (Closed)
            return false;
        if (Socket.Available == 0 && !Socket.Poll(0, SelectMode.SelectRead))
            return false;
        if (_peer is not null)
        {
            int length = Socket.Receive(buffer, SocketFlags.None, out SocketError error);
            arrival = new Arrival(length, _peer, Local.Address, 0);
            return error is SocketError.Success;
        }
        try
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            SocketFlags flags = SocketFlags.None;
            int length = Socket.ReceiveMessageFrom(buffer, ref flags, ref from, out IPPacketInformation info);
            arrival = new Arrival(length, (IPEndPoint)from, info.Address ?? IPAddress.Any, info.Interface);
            return true;
        }
        catch (SocketException)
        {
            return false; // too long, or an ICMP error of an earlier send: that datagram is lost
        }
    }

    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint? to = null, IPAddress? from = null)
    {
        if (Closed)
            return;
        try
        {
            if (_peer is not null)
                Socket.Send(datagram, SocketFlags.None, out _);
            else
                Socket.SendTo(datagram, SocketFlags.None, to ?? throw new ArgumentNullException(nameof(to)));
        }
        catch (SocketException)
        {
            // unreachable or queue full: lost, as on a cable
        }
    }

    public void SendSegments(ReadOnlySpan<byte> datagrams, int segment)
    {
        while (!datagrams.IsEmpty)
        {
            int length = Math.Min(segment, datagrams.Length);
            Send(datagrams[..length]);
            datagrams = datagrams[length..];
        }
    }

    public void Dispose()
    {
        Closed = true;
        _siblings.Remove(this);
        Socket.Dispose();
    }
}
