using System.Net.Sockets;

namespace Unbrick.Net.Host;

/// <summary>What both stacks do alike: opening a UDP socket and putting names to its failures.</summary>
internal static class UdpSockets
{
    /// <summary>Room for a burst of requests while the loop is busy elsewhere.</summary>
    private const int BufferSize = 1 << 20;

    /// <summary>Windows reports an ICMP "port unreachable" as an error of the next receive unless this is switched off (SIO_UDP_CONNRESET).</summary>
    private const int IgnoreUnreachable = unchecked((int)0x9800000C);

    internal static Socket Open(in UdpBinding binding, Action<Socket>? beforeBind = null)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Blocking = false;
            socket.ReceiveBufferSize = BufferSize;
            socket.SendBufferSize = BufferSize;
            socket.EnableBroadcast = binding.Broadcast;
            if (binding.Shared)
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            else if (OperatingSystem.IsWindows())
                socket.ExclusiveAddressUse = true;
            if (OperatingSystem.IsWindows())
                socket.IOControl(IgnoreUnreachable, [0, 0, 0, 0], null);
            beforeBind?.Invoke(socket);
            socket.Bind(binding.Local);
            if (binding.Peer is not null)
                socket.Connect(binding.Peer);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Explain(e, binding.Local.Port);
        }
    }

    internal static NetworkException Explain(SocketException e, int port) => new(
        e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => NetworkFailure.PortTaken,
            SocketError.AccessDenied => NetworkFailure.NotPermitted,
            SocketError.AddressNotAvailable => NetworkFailure.NoSuchAddress,
            _ => NetworkFailure.Other,
        },
        $"UDP port {port}: {e.Message}", e);
}
