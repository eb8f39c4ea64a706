using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>Frames of one Ethertype on one adapter, both ways (packet(7)).</summary>
internal sealed unsafe class LinuxFramePort : IFramePort
{
    private readonly LinuxNetworkStack _stack;

    internal LinuxFramePort(LinuxNetworkStack stack, NetworkAdapter adapter, ushort etherType, Action<IFramePort> onReadable)
    {
        _stack = stack;
        OnReadable = onReadable;
        string what = $"raw frames of type 0x{etherType:x4} on {adapter.Name}";
        // Protocol 0 first: nothing of other adapters is queued before the socket is bound to this one.
        Descriptor = Libc.Socket(Libc.AfPacket, Libc.SockRaw | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        if (Descriptor < 0)
            throw Explain(what);
        int one = 1;
        _ = Libc.SetOption(Descriptor, Libc.SolPacket, Libc.PacketIgnoreOutgoing, &one, sizeof(int));
        ushort protocol = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(etherType) : etherType;
        Libc.SocketAddressLinkLayer address = new() { Family = Libc.AfPacket, Protocol = protocol, InterfaceIndex = adapter.Index };
        if (Libc.Bind(Descriptor, &address, (uint)sizeof(Libc.SocketAddressLinkLayer)) >= 0)
            return;
        NetworkException error = Explain(what);
        _ = Libc.Close(Descriptor);
        throw error;
    }

    internal int Descriptor { get; }

    internal Action<IFramePort> OnReadable { get; }

    public bool TryReceive(Span<byte> buffer, out int length)
    {
        fixed (byte* at = buffer)
            length = (int)Libc.Receive(Descriptor, at, (nuint)buffer.Length, Libc.MsgDontWait);
        return length >= 0;
    }

    public void Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* at = frame)
            _ = Libc.Send(Descriptor, at, (nuint)frame.Length, Libc.MsgDontWait);
    }

    public void Dispose()
    {
        _stack.Forget(this);
        _ = Libc.Close(Descriptor);
    }

    private static NetworkException Explain(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        return new NetworkException(LinuxErrors.Meaning(error), $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
