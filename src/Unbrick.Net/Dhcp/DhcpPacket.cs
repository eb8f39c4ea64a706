using System.Buffers.Binary;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Dhcp;

// BOOTP (RFC 951 section 3) and DHCP (RFC 2131 section 2) share one layout:
//
//   at   size
//   0    1    op        1 request, 2 reply
//   1    1    htype     1 Ethernet
//   2    1    hlen      6 for Ethernet; never more than the 16 of chaddr
//   3    1    hops      relays on the way
//   4    4    xid       chosen by the client, the only thing an old U-Boot compares
//   8    2    secs      since the client began
//   10   2    flags     0x8000: answer by broadcast
//   12   4    ciaddr    address the client has (renewing)
//   16   4    yiaddr    address the client gets
//   20   4    siaddr    server to load the boot file from
//   24   4    giaddr    relay
//   28   16   chaddr    hardware address, hlen bytes of it
//   44   64   sname     server name, NUL-terminated; or options (overload 2)
//   108  128  file      boot file name, NUL-terminated; or options (overload 1)
//   236  4    cookie    63 82 53 63 when options follow (RFC 1497); may be absent in BOOTP
//   240  …    options   code, length, value; 0 = pad, 255 = end, both without length

/// <summary>
/// A datagram read as BOOTP/DHCP. Lenient as bootloaders need it: no End option, pads anywhere, an option that runs out of its field ends
/// that field. Nothing is copied until asked for, and every look-up is one walk over the datagram.
/// </summary>
public readonly ref struct DhcpPacket
{
    /// <summary>Bytes before the cookie; a datagram without them is no BOOTP.</summary>
    public const int FixedSize = 236;

    /// <summary>Where options begin when the cookie is there.</summary>
    public const int OptionsAt = FixedSize + 4;

    /// <summary>The cookie of RFC 1497.</summary>
    public const uint Cookie = 0x63825363;

    private const int LongestHardwareAddress = 16;
    private const int FieldCount = 3;
    private readonly ReadOnlySpan<byte> _data;
    private readonly byte _overload;

    private DhcpPacket(ReadOnlySpan<byte> data)
    {
        _data = data;
        HasCookie = data.Length >= OptionsAt && Number(FixedSize) == Cookie;
        DhcpOptionWalker options = new(Field(0));
        while (options.Next())
        {
            if (_overload == 0 && options.Code == DhcpOption.Overload && options.Value is [>= 1 and <= 3, ..])
                _overload = options.Value[0];
        }
        IsCutShort = options.IsCutShort;
        for (int field = 1; field < FieldCount; field++)
        {
            options = new(Field(field));
            options.ToEnd();
            IsCutShort |= options.IsCutShort;
        }
    }

    /// <summary>
    /// False when the datagram cannot be one: too short, an operation that is neither request nor reply, an impossible hlen.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out DhcpPacket packet)
    {
        packet = default;
        if (datagram.Length < FixedSize || datagram[0] is not (1 or 2) || datagram[2] is 0 or > LongestHardwareAddress)
            return false;
        packet = new DhcpPacket(datagram);
        return true;
    }

    /// <summary>From a server to a client.</summary>
    public bool IsReply => _data[0] == 2;

    /// <summary>1 is Ethernet (RFC 1700); echoed, not judged: a loader that leaves it 0 is still answered.</summary>
    public byte HardwareType => _data[1];

    /// <summary>The sender's hardware address, of as many bytes as it says.</summary>
    public PhysicalAddress Hardware => new(_data.Slice(28, _data[2]).ToArray());

    /// <summary>The 16 bytes of chaddr as they stand, with what may be behind the address.</summary>
    public ReadOnlySpan<byte> HardwareField => _data.Slice(28, LongestHardwareAddress);

    /// <summary>Length of the hardware address in bytes, 1 to 16.</summary>
    public byte HardwareLength => _data[2];

    /// <summary>What ties a reply to its request.</summary>
    public uint TransactionId => Number(4);

    /// <summary>0x8000 asks for broadcast (RFC 2131 section 2).</summary>
    public ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_data[10..]);

    /// <summary>ciaddr, as a number (<see cref="Ipv4"/>).</summary>
    public uint ClientAddress => Number(12);

    /// <summary>yiaddr, as a number. U-Boot 1.1.3 copies it from the OFFER into its REQUEST (net/bootp.c, DhcpSendRequestPkt).</summary>
    public uint YourAddress => Number(16);

    /// <summary>siaddr, as a number: where to load from, which need not be who answers.</summary>
    public uint NextServer => Number(20);

    /// <summary>giaddr, as a number; 0 when no relay is between.</summary>
    public uint Relay => Number(24);

    /// <summary>The <c>file</c> field up to its NUL; empty when it holds options.</summary>
    public ReadOnlySpan<byte> File => (_overload & 1) != 0 ? default : UpToNul(_data.Slice(108, 128));

    /// <summary>The <c>sname</c> field up to its NUL; empty when it holds options.</summary>
    public ReadOnlySpan<byte> ServerName => (_overload & 2) != 0 ? default : UpToNul(_data.Slice(44, 64));

    /// <summary>Whether options can follow at all.</summary>
    public bool HasCookie { get; }

    /// <summary>Some option claimed more bytes than its field has; what stands before it counts, what stands behind is lost.</summary>
    public bool IsCutShort { get; }

    /// <summary>Option 53; null when there is none, <see cref="DhcpMessageType.None"/> when it is there without a value.</summary>
    public DhcpMessageType? MessageType => Find(DhcpOption.MessageType) is not { } value ? null
        : value.Length == 0 ? DhcpMessageType.None : (DhcpMessageType)value[0];

    /// <summary>
    /// The value of an option, its parts put together (RFC 3396) in the order options, file, sname (RFC 2131 section 4.1); null when the
    /// option is not there.
    /// </summary>
    public byte[]? Find(byte code)
    {
        bool found = false;
        int length = 0;
        for (int field = 0; field < FieldCount; field++)
        {
            DhcpOptionWalker options = new(Field(field));
            while (options.Next())
            {
                if (options.Code != code)
                    continue;
                found = true;
                length += options.Value.Length;
            }
        }
        return found ? Collect(code, new byte[length]) : null;
    }

    /// <summary>An option that is an address, as a number; null when absent, 0.0.0.0 or too short to be one.</summary>
    public uint? FindAddress(byte code) =>
        Find(code) is { Length: >= 4 } value && BinaryPrimitives.ReadUInt32BigEndian(value) is var number and not 0 ? number : null;

    private byte[] Collect(byte code, byte[] into)
    {
        int at = 0;
        for (int field = 0; field < FieldCount; field++)
        {
            DhcpOptionWalker options = new(Field(field));
            while (options.Next())
            {
                if (options.Code != code)
                    continue;
                options.Value.CopyTo(into.AsSpan(at));
                at += options.Value.Length;
            }
        }
        return into;
    }

    private ReadOnlySpan<byte> Field(int number) => number switch
    {
        0 when HasCookie => _data[OptionsAt..],
        1 when (_overload & 1) != 0 => _data.Slice(108, 128),
        2 when (_overload & 2) != 0 => _data.Slice(44, 64),
        _ => default,
    };

    private uint Number(int at) => BinaryPrimitives.ReadUInt32BigEndian(_data[at..]);

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> field) =>
        field.IndexOf((byte)0) is int end and >= 0 ? field[..end] : field;
}
