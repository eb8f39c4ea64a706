using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>
/// Hears frames on one adapter (packet(7)), before any firewall of this machine. The kernel filters, so that a transfer that nobody has to look
/// at costs nothing here.
/// </summary>
internal sealed unsafe class LinuxFrameTap : IFrameTap
{
    private const ushort AllProtocols = 3;
    private const int MostFrames = 65535;

    /// <summary>Ethernet, IPv4 with options, UDP, and a TFTP block number.</summary>
    private const int HeadersOnly = 96;

    private readonly LinuxNetworkStack _stack;

    internal LinuxFrameTap(LinuxNetworkStack stack, NetworkAdapter adapter, TapScope scope, Action<IFrameTap> onReadable)
    {
        _stack = stack;
        OnReadable = onReadable;
        ushort protocol = BinaryPrimitives.ReverseEndianness(AllProtocols);
        // Protocol 0 first: nothing is queued before the filter is in place.
        Descriptor = Libc.Socket(Libc.AfPacket, Libc.SockRaw | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        if (Descriptor < 0)
            throw Explain("raw frames");
        Libc.SocketAddressLinkLayer address = new() { Family = Libc.AfPacket, Protocol = protocol, InterfaceIndex = adapter.Index };
        if (!AttachFilter(scope == TapScope.Signs ? s_signs : s_transfers) || Libc.Bind(Descriptor, &address, (uint)sizeof(Libc.SocketAddressLinkLayer)) < 0)
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
        Libc.SocketAddressLinkLayer from = default;
        uint size = (uint)sizeof(Libc.SocketAddressLinkLayer);
        fixed (byte* at = buffer)
            length = (int)Libc.ReceiveFrom(Descriptor, at, (nuint)buffer.Length, Libc.MsgDontWait, &from, &size);
        outgoing = from.PacketType == Libc.PacketOutgoing;
        return length >= 0;
    }

    public void Dispose()
    {
        _stack.Forget(this);
        _ = Libc.Close(Descriptor);
    }

    /// <summary>Classic packet filter (linux/filter.h). Later fragments of a datagram have no ports and are left.</summary>
    private static readonly Libc.FilterInstruction[] s_signs =
    [
        new(0x28, 0, 0, 12),          //  0 ldh [12]           Ethertype
        new(0x15, 4, 0, 0x86dd),      //  1 jeq IPv6           -> 6
        new(0x15, 7, 0, 0x0800),      //  2 jeq IPv4           -> 10
        new(0x15, 17, 0, 0x0806),     //  3 jeq ARP            -> 21
        new(0x15, 16, 0, 0x88cc),     //  4 jeq LLDP           -> 21
        new(0x06, 0, 0, 0),           //  5 leave it
        new(0x30, 0, 0, 20),          //  6 ldb [20]           next header
        new(0x15, 13, 0, 58),         //  7 jeq ICMPv6         -> 21
        new(0x15, 12, 0, 0),          //  8 jeq hop-by-hop     -> 21
        new(0x06, 0, 0, 0),           //  9 leave it
        new(0x30, 0, 0, 23),          // 10 ldb [23]           protocol
        new(0x15, 9, 0, 2),           // 11 jeq IGMP           -> 21
        new(0x15, 0, 9, 17),          // 12 jeq UDP            else 22
        new(0x28, 0, 0, 20),          // 13 ldh [20]           flags and fragment offset
        new(0x45, 7, 0, 0x1fff),      // 14 jset offset        -> 22
        new(0xb1, 0, 0, 14),          // 15 ldxb 4*([14]&15)   length of the IP header
        new(0x48, 0, 0, 16),          // 16 ldh [x + 16]       destination port
        new(0x15, 3, 0, 5353),        // 17 jeq mDNS           -> 21
        new(0x15, 2, 0, 1900),        // 18 jeq SSDP           -> 21
        new(0x35, 0, 2, 67),          // 19 jge 67             else 22
        new(0x25, 1, 0, 69),          // 20 jgt 69             -> 22
        new(0x06, 0, 0, MostFrames),  // 21 take it
        new(0x06, 0, 0, 0),           // 22 leave it
    ];

    /// <summary>ARP, and the beginning of every IPv4 UDP packet.</summary>
    private static readonly Libc.FilterInstruction[] s_transfers =
    [
        new(0x28, 0, 0, 12),          // 0 ldh [12]
        new(0x15, 3, 0, 0x0806),      // 1 jeq ARP   -> 5
        new(0x15, 0, 3, 0x0800),      // 2 jeq IPv4  else 6
        new(0x30, 0, 0, 23),          // 3 ldb [23]
        new(0x15, 0, 1, 17),          // 4 jeq UDP   else 6
        new(0x06, 0, 0, HeadersOnly), // 5 take it
        new(0x06, 0, 0, 0),           // 6 leave it
    ];

    private bool AttachFilter(Libc.FilterInstruction[] code)
    {
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
