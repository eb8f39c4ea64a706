using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>
/// Hears ARP, DHCP/BOOTP and TFTP requests on one adapter (packet(7)), before any firewall of this machine. The kernel filters, so that the
/// transfer itself costs nothing here.
/// </summary>
internal sealed unsafe class LinuxFrameTap : IFrameTap
{
    private const ushort AllProtocols = 3;
    private const int MostFrames = 65535;

    private readonly LinuxNetworkStack _stack;

    internal LinuxFrameTap(LinuxNetworkStack stack, NetworkAdapter adapter, Action<IFrameTap> onReadable)
    {
        _stack = stack;
        OnReadable = onReadable;
        ushort protocol = BinaryPrimitives.ReverseEndianness(AllProtocols);
        // Protocol 0 first: nothing is queued before the filter is in place.
        Descriptor = Libc.Socket(Libc.AfPacket, Libc.SockRaw | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        if (Descriptor < 0)
            throw Explain("raw frames");
        int one = 1;
        _ = Libc.SetOption(Descriptor, Libc.SolPacket, Libc.PacketIgnoreOutgoing, &one, sizeof(int));
        Libc.SocketAddressLinkLayer address = new() { Family = Libc.AfPacket, Protocol = protocol, InterfaceIndex = adapter.Index };
        if (!AttachFilter() || Libc.Bind(Descriptor, &address, (uint)sizeof(Libc.SocketAddressLinkLayer)) < 0)
        {
            NetworkException error = Explain($"raw frames on {adapter.Name}");
            _ = Libc.Close(Descriptor);
            throw error;
        }
    }

    internal int Descriptor { get; }

    internal Action<IFrameTap> OnReadable { get; }

    public bool TryReceive(Span<byte> buffer, out int length, out bool outgoing)
    {
        outgoing = false;
        fixed (byte* at = buffer)
            length = (int)Libc.Receive(Descriptor, at, (nuint)buffer.Length, Libc.MsgDontWait);
        return length >= 0;
    }

    public void Dispose()
    {
        _stack.Forget(this);
        _ = Libc.Close(Descriptor);
    }

    /// <summary>
    /// Classic packet filter (linux/filter.h): ARP, or an IPv4 UDP packet, not a later fragment, to port 67, 68 or 69.
    /// </summary>
    private bool AttachFilter()
    {
        Libc.FilterInstruction[] code =
        [
            new(0x28, 0, 0, 12),      //  0 ldh [12]           Ethertype
            new(0x15, 9, 0, 0x0806),  //  1 jeq ARP            -> 11
            new(0x15, 0, 9, 0x0800),  //  2 jeq IPv4           else 12
            new(0x30, 0, 0, 23),      //  3 ldb [23]           protocol
            new(0x15, 0, 7, 17),      //  4 jeq UDP            else 12
            new(0x28, 0, 0, 20),      //  5 ldh [20]           flags and fragment offset
            new(0x45, 5, 0, 0x1fff),  //  6 jset offset        -> 12
            new(0xb1, 0, 0, 14),      //  7 ldxb 4*([14]&15)   length of the IP header
            new(0x48, 0, 0, 16),      //  8 ldh [x + 16]       destination port
            new(0x35, 0, 2, 67),      //  9 jge 67             else 12
            new(0x25, 1, 0, 69),      // 10 jgt 69             -> 12
            new(0x06, 0, 0, MostFrames), // 11 take it
            new(0x06, 0, 0, 0),       // 12 leave it
        ];
        fixed (Libc.FilterInstruction* at = code)
        {
            Libc.FilterProgram program = new() { Length = (ushort)code.Length, Instructions = at };
            return Libc.SetOption(Descriptor, Libc.SolSocket, Libc.SoAttachFilter, &program, (uint)sizeof(Libc.FilterProgram)) == 0;
        }
    }

    private static NetworkException Explain(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        return new NetworkException(
            error is Libc.NotPermitted or Libc.AccessDenied ? NetworkFailure.NotPermitted : NetworkFailure.Other,
            $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
