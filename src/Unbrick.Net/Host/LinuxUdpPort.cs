using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>A UDP port by the system's own calls: no allocation a packet, the address that was asked, many blocks in one send.</summary>
internal sealed unsafe class LinuxUdpPort : IUdpPort
{
    /// <summary>UDP_MAX_SEGMENTS of older kernels, and what fits into one IP length field.</summary>
    private const int MostSegments = 64, MostSegmentBytes = 65000;

    /// <summary>How long a full send queue may hold the loop up.</summary>
    private const int MostBlockedMilliseconds = 5;

    private readonly LinuxNetworkStack _stack;
    private readonly Socket _socket;
    private readonly IPEndPoint? _peer;
    private bool _segments = true;

    internal LinuxUdpPort(LinuxNetworkStack stack, in UdpBinding binding, Action<IUdpPort> onReadable)
    {
        _stack = stack;
        _peer = binding.Peer;
        OnReadable = onReadable;
        NetworkAdapter? adapter = binding.Adapter;
        bool wantsInfo = _peer is null;
        _socket = UdpSockets.Open(binding, socket =>
        {
            if (adapter is not null)
                socket.SetRawSocketOption(Libc.SolSocket, Libc.SoBindToDevice, System.Text.Encoding.ASCII.GetBytes(adapter.Name + '\0'));
            if (wantsInfo)
                socket.SetRawSocketOption(Libc.SolIp, Libc.IpPacketInfo, BitConverter.GetBytes(1));
            RaiseBuffers((int)socket.Handle);
        });
        Descriptor = (int)_socket.Handle;
        Local = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint Local { get; }

    /// <summary>-1 after the port was closed: the system gives the number to the next one that is opened.</summary>
    internal int Descriptor { get; private set; }

    internal Action<IUdpPort> OnReadable { get; }

    internal bool HasPeer => _peer is not null;

    /// <summary>Its place in <see cref="LinuxPeers"/>.</summary>
    internal int PeerIndex { get; set; }

    public bool TryReceive(Span<byte> buffer, out Arrival arrival)
    {
        if (_peer is not null)
        {
            nint length;
            fixed (byte* at = buffer)
                length = Libc.Receive(Descriptor, at, (nuint)buffer.Length, Libc.MsgDontWait);
            if (length < 0)
            {
                arrival = default;
                return false;
            }
            _stack.TookFromPeer();
            arrival = new Arrival((int)length, _peer, Local.Address, 0);
            return true;
        }
        return TryReceiveWithInfo(buffer, out arrival);
    }

    public void Send(ReadOnlySpan<byte> datagram, IPEndPoint? to = null, IPAddress? from = null)
    {
        if (_peer is not null)
        {
            fixed (byte* at = datagram)
            {
                if (Libc.Send(Descriptor, at, (nuint)datagram.Length, Libc.MsgDontWait) < 0 && WaitForRoom())
                    Libc.Send(Descriptor, at, (nuint)datagram.Length, Libc.MsgDontWait);
            }
            return;
        }
        ArgumentNullException.ThrowIfNull(to);
        SendTo(datagram, to, from);
    }

    public void SendSegments(ReadOnlySpan<byte> datagrams, int segment)
    {
        int perCall = Math.Max(1, Math.Min(MostSegments, MostSegmentBytes / segment)) * segment;
        while (!datagrams.IsEmpty)
        {
            ReadOnlySpan<byte> run = datagrams[..Math.Min(perCall, datagrams.Length)];
            if (run.Length > segment && _segments && SendRun(run, (ushort)segment))
            {
                datagrams = datagrams[run.Length..];
                continue;
            }
            Send(datagrams[..Math.Min(segment, datagrams.Length)]);
            datagrams = datagrams[Math.Min(segment, datagrams.Length)..];
        }
    }

    public void Dispose()
    {
        _stack.Forget(this);
        Descriptor = -1;
        _socket.Dispose();
    }

    /// <summary>The administrator may have more than net.core.wmem_max; whoever may not keeps what was set before.</summary>
    private static void RaiseBuffers(int descriptor)
    {
        int size = 4 << 20;
        _ = Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoSendBufferForce, &size, sizeof(int));
        _ = Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoReceiveBufferForce, &size, sizeof(int));
    }

    private bool TryReceiveWithInfo(Span<byte> buffer, out Arrival arrival)
    {
        Libc.SocketAddressIn from = default;
        byte* control = stackalloc byte[64];
        nint length;
        Libc.MessageHeader message = default;
        fixed (byte* at = buffer)
        {
            Libc.IoVector vector = new() { Base = at, Length = (nuint)buffer.Length };
            message.Name = &from;
            message.NameLength = (uint)sizeof(Libc.SocketAddressIn);
            message.Vectors = &vector;
            message.VectorCount = 1;
            message.Control = control;
            message.ControlLength = 64;
            length = Libc.ReceiveMessage(Descriptor, &message, Libc.MsgDontWait);
        }
        arrival = default;
        if (length < 0)
            return false;
        IPAddress to = IPAddress.Any;
        int index = 0;
        Libc.ControlHeader* header = (Libc.ControlHeader*)control;
        if (message.ControlLength >= (nuint)(sizeof(Libc.ControlHeader) + sizeof(Libc.PacketInfo)) && header->Level == Libc.SolIp && header->Type == Libc.IpPacketInfo)
        {
            Libc.PacketInfo* info = (Libc.PacketInfo*)(control + sizeof(Libc.ControlHeader));
            index = info->InterfaceIndex;
            // For a broadcast the destination is no address to answer from; ip(7): ipi_spec_dst is the local one.
            to = new IPAddress(info->SourceOrLocal != 0 ? info->SourceOrLocal : info->Destination);
        }
        arrival = new Arrival((int)length, new IPEndPoint(new IPAddress(from.Address), BinaryPrimitives.ReverseEndianness(from.Port)), to, index);
        return true;
    }

    private void SendTo(ReadOnlySpan<byte> datagram, IPEndPoint to, IPAddress? from)
    {
        Libc.SocketAddressIn name = new()
        {
            Family = (ushort)AddressFamily.InterNetwork,
            Port = BinaryPrimitives.ReverseEndianness((ushort)to.Port),
            Address = NetworkOrder(to.Address),
        };
        Libc.PacketInfo info = new() { SourceOrLocal = from is null ? 0 : NetworkOrder(from) };
        fixed (byte* at = datagram)
        {
            Libc.IoVector vector = new() { Base = at, Length = (nuint)datagram.Length };
            Libc.MessageHeader message = new() { Name = &name, NameLength = (uint)sizeof(Libc.SocketAddressIn), Vectors = &vector, VectorCount = 1 };
            byte* control = stackalloc byte[64];
            if (from is not null)
                Attach(ref message, control, Libc.SolIp, Libc.IpPacketInfo, info);
            if (Libc.SendMessage(Descriptor, &message, Libc.MsgDontWait) < 0 && WaitForRoom())
                Libc.SendMessage(Descriptor, &message, Libc.MsgDontWait);
        }
    }

    /// <summary>UDP_SEGMENT (udp(7)): one call, the kernel cuts; false when this path cannot, and then it is not asked again.</summary>
    private bool SendRun(ReadOnlySpan<byte> run, ushort segment)
    {
        fixed (byte* at = run)
        {
            Libc.IoVector vector = new() { Base = at, Length = (nuint)run.Length };
            Libc.MessageHeader message = new() { Vectors = &vector, VectorCount = 1 };
            byte* control = stackalloc byte[64];
            Attach(ref message, control, Libc.SolUdp, Libc.UdpSegment, segment);
            if (Libc.SendMessage(Descriptor, &message, Libc.MsgDontWait) >= 0)
                return true;
            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.Again)
                return WaitForRoom() && Libc.SendMessage(Descriptor, &message, Libc.MsgDontWait) >= 0;
            // EIO: the adapter cannot do checksums (older kernels); EINVAL: segment over the MTU or an old kernel.
            _segments = error is not (Libc.IoError or Libc.InvalidArgument);
            return false;
        }
    }

    private static void Attach<T>(ref Libc.MessageHeader message, byte* control, int level, int type, T value)
        where T : unmanaged
    {
        new Span<byte>(control, 64).Clear();
        Libc.ControlHeader* header = (Libc.ControlHeader*)control;
        header->Level = level;
        header->Type = type;
        header->Length = (nuint)(sizeof(Libc.ControlHeader) + sizeof(T));
        Unsafe.WriteUnaligned(control + sizeof(Libc.ControlHeader), value);
        message.Control = control;
        message.ControlLength = (header->Length + (nuint)(sizeof(nuint) - 1)) & ~(nuint)(sizeof(nuint) - 1);
    }

    /// <summary>After a failed send: true when the queue was full and has room again.</summary>
    private bool WaitForRoom()
    {
        if (Marshal.GetLastPInvokeError() != Libc.Again)
            return false;
        Libc.PollDescriptor descriptor = new() { Descriptor = Descriptor, Events = Libc.PollOut };
        return Libc.Poll(&descriptor, 1, MostBlockedMilliseconds) > 0;
    }

    private static uint NetworkOrder(IPAddress address) => BitConverter.IsLittleEndian
        ? BinaryPrimitives.ReverseEndianness(Ipv4.ToNumber(address))
        : Ipv4.ToNumber(address);
}
