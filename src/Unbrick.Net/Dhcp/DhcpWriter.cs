using System.Buffers.Binary;
using System.Net.NetworkInformation;
using System.Text;

namespace Unbrick.Net.Dhcp;

/// <summary>
/// Puts a BOOTP/DHCP packet together (layout: <see cref="DhcpPacket"/>). Options are written one behind the other without pads, because
/// U-Boot 1.1.3 takes a pad for an option with a length byte and walks on until it meets 255 (net/bootp.c, DhcpMessageType); End is
/// always written, and zeros follow it up to 300 bytes, the size of a BOOTP packet (RFC 951 section 3) that old ROMs insist on.
/// </summary>
public sealed class DhcpWriter
{
    /// <summary>
    /// No packet is longer: 576 bytes of IP datagram (RFC 2131 section 2), less IP and UDP header. Option 57 may allow more, never less.
    /// </summary>
    public const int MaxSize = 576 - 20 - 8;

    /// <summary>No packet is shorter.</summary>
    public const int MinSize = 300;

    private readonly byte[] _buffer = new byte[MaxSize];
    private int _length = DhcpPacket.OptionsAt;

    private DhcpWriter(byte operation, byte hardwareType, byte hardwareLength, uint transactionId, ushort flags)
    {
        _buffer[0] = operation;
        _buffer[1] = hardwareType;
        _buffer[2] = hardwareLength;
        Number(4, transactionId);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(10), flags);
        Number(DhcpPacket.FixedSize, DhcpPacket.Cookie);
    }

    /// <summary>
    /// Begins an answer: htype, hlen, xid, flags, giaddr and all of chaddr come back as they were sent (RFC 2131 table 3).
    /// </summary>
    public static DhcpWriter Reply(in DhcpPacket request)
    {
        DhcpWriter writer = new(2, request.HardwareType, request.HardwareLength, request.TransactionId, request.Flags);
        writer.Number(24, request.Relay);
        request.HardwareField.CopyTo(writer._buffer.AsSpan(28));
        return writer;
    }

    /// <summary>Begins a request of an Ethernet client that asks for broadcast answers.</summary>
    /// <param name="client">The client's hardware address, at most 16 bytes.</param>
    /// <param name="transactionId">xid.</param>
    public static DhcpWriter Request(PhysicalAddress client, uint transactionId)
    {
        ArgumentNullException.ThrowIfNull(client);
        byte[] address = client.GetAddressBytes();
        DhcpWriter writer = new(1, 1, (byte)address.Length, transactionId, 0x8000);
        address.CopyTo(writer._buffer.AsSpan(28, 16));
        return writer;
    }

    /// <summary>ciaddr.</summary>
    public void ClientAddress(uint address) => Number(12, address);

    /// <summary>yiaddr.</summary>
    public void YourAddress(uint address) => Number(16, address);

    /// <summary>siaddr.</summary>
    public void NextServer(uint address) => Number(20, address);

    /// <summary>sname, at most 63 bytes of UTF-8.</summary>
    public void ServerName(string name) => Encoding.UTF8.GetBytes(name, _buffer.AsSpan(44, 63));

    /// <summary>file, at most 127 bytes of UTF-8.</summary>
    public void File(string name) => Encoding.UTF8.GetBytes(name, _buffer.AsSpan(108, 127));

    /// <summary>file, the first 127 bytes of a name that came from elsewhere.</summary>
    public void File(ReadOnlySpan<byte> name) => name[..Math.Min(name.Length, 127)].CopyTo(_buffer.AsSpan(108, 127));

    /// <summary>Option 53; first of all, for loaders that look no further.</summary>
    public void Type(DhcpMessageType type) => Option(DhcpOption.MessageType, [(byte)type]);

    /// <summary>An option of four bytes: an address or seconds.</summary>
    public void Option(byte code, uint number)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        Option(code, value);
    }

    /// <summary>An option of text, without a NUL (RFC 2132 section 2).</summary>
    public void Option(byte code, string text) => Option(code, Encoding.UTF8.GetBytes(text));

    /// <summary>An option of at most 255 bytes.</summary>
    public void Option(byte code, ReadOnlySpan<byte> value)
    {
        Span<byte> room = _buffer.AsSpan(_length..^1);
        room[0] = code;
        room[1] = checked((byte)value.Length);
        value.CopyTo(room[2..]);
        _length += 2 + value.Length;
    }

    /// <summary>Ends the options and gives the packet away.</summary>
    public byte[] Finish()
    {
        _buffer[_length] = DhcpOption.End;
        return _buffer[..Math.Max(_length + 1, MinSize)];
    }

    private void Number(int at, uint number) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(at), number);
}
