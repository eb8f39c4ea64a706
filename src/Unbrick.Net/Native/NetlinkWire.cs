using System.Runtime.InteropServices;

namespace Unbrick.Net.Native;

/// <summary>What one message of an answer holds after its header.</summary>
/// <param name="type">One of the <c>RTM_</c> numbers.</param>
/// <param name="body">Everything after the 16 bytes of the header.</param>
internal delegate void NetlinkBody(ushort type, ReadOnlySpan<byte> body);

/// <summary>How far the answer to a request is after a datagram from the kernel.</summary>
/// <param name="Ended">Nothing more will come.</param>
/// <param name="Errno">0 for success; only of interest when <paramref name="Ended"/>.</param>
/// <param name="Torn">The kernel's list changed while it was told (NLM_F_DUMP_INTR): ask again.</param>
internal readonly record struct NetlinkProgress(bool Ended, int Errno, bool Torn);

/// <summary>
/// Netlink framing as in linux/netlink.h and linux/rtnetlink.h; numbers in host byte order, everything padded to four bytes:
/// <code>
/// nlmsghdr   0 u32 length with header   4 u16 type   6 u16 flags   8 u32 sequence   12 u32 sender, 0 = kernel
/// rtattr     0 u16 length with header   2 u16 type   4 value
/// nlmsgerr   0 i32 -errno, 0 = success  (also the body of NLMSG_DONE)
/// </code>
/// </summary>
internal static class NetlinkWire
{
    public const int HeaderSize = 16;
    public const int AttributeHeaderSize = 4;

    public const ushort Error = 2;
    public const ushort Done = 3;
    public const ushort NewLink = 16;
    public const ushort GetLink = 18;
    public const ushort NewAddress = 20;
    public const ushort DeleteAddress = 21;
    public const ushort GetAddress = 22;
    public const ushort NewNeighbor = 28;
    public const ushort DeleteNeighbor = 29;
    public const ushort GetNeighbor = 30;

    public const ushort FlagRequest = 0x001;
    public const ushort FlagAck = 0x004;
    public const ushort FlagDumpInterrupted = 0x010;
    public const ushort FlagDump = 0x300;
    public const ushort FlagReplace = 0x100;
    public const ushort FlagExclusive = 0x200;
    public const ushort FlagCreate = 0x400;

    /// <summary>The top two bits of an attribute's type say "nested" and "big-endian"; they are no part of the number.</summary>
    private const ushort AttributeTypeMask = 0x3fff;

    private const int ProtocolError = 71; // EPROTO

    /// <summary>
    /// Takes one datagram of an answer; messages with another sequence number belong to an earlier request and are passed over.
    /// </summary>
    public static NetlinkProgress Take(ReadOnlySpan<byte> datagram, uint sequence, NetlinkBody each)
    {
        bool torn = false;
        while (!datagram.IsEmpty)
        {
            if (datagram.Length < HeaderSize || U32(datagram) is uint size && (size < HeaderSize || size > datagram.Length))
                return new(Ended: true, ProtocolError, torn);
            ReadOnlySpan<byte> message = datagram[..(int)U32(datagram)];
            datagram = datagram[Math.Min(Padded(message.Length), datagram.Length)..];
            if (U32(message[8..]) != sequence)
                continue;
            ushort type = U16(message[4..]);
            ReadOnlySpan<byte> body = message[HeaderSize..];
            torn |= (U16(message[6..]) & FlagDumpInterrupted) != 0;
            if (type is Error or Done)
                return new(Ended: true, ErrnoOf(type, body), torn);
            each(type, body);
        }
        return new(Ended: false, 0, torn);
    }

    /// <summary>Cuts the next attribute off <paramref name="rest"/>; false at the end and at anything that is none.</summary>
    public static bool TryNextAttribute(scoped ref ReadOnlySpan<byte> rest, out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (rest.Length < AttributeHeaderSize)
            return false;
        int size = U16(rest);
        if (size < AttributeHeaderSize || size > rest.Length)
            return false;
        type = (ushort)(U16(rest[2..]) & AttributeTypeMask);
        value = rest[AttributeHeaderSize..size];
        rest = rest[Math.Min(Padded(size), rest.Length)..];
        return true;
    }

    /// <summary>Finds one attribute among its siblings; empty when it is not there.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> siblings, ushort wanted)
    {
        while (TryNextAttribute(ref siblings, out ushort type, out ReadOnlySpan<byte> value))
        {
            if (type == wanted)
                return value;
        }
        return default;
    }

    public static int Padded(int length) => (length + 3) & ~3;

    public static ushort U16(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ushort>(bytes);

    public static uint U32(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<uint>(bytes);

    private static int ErrnoOf(ushort type, ReadOnlySpan<byte> body)
    {
        if (body.Length < sizeof(int))
            return type == Done ? 0 : ProtocolError;
        int code = MemoryMarshal.Read<int>(body);
        return code is <= 0 and > int.MinValue ? -code : ProtocolError;
    }
}
