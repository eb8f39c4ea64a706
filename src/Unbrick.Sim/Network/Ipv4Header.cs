using System.Buffers.Binary;

namespace Unbrick.Sim.Network;

/// <summary>
/// IPv4 (RFC 791): version and header length 1, TOS 1, total length 2, identification 2, flags and fragment offset 2, TTL 1, protocol 1,
/// header checksum 2, source 4, destination 4, then options.
/// </summary>
internal readonly record struct Ipv4Header(
    int HeaderLength, int TotalLength, ushort Id, ushort Fragment, byte Protocol, uint Source, uint Destination)
{
    public const int Size = 20;
    public const byte Udp = 17;
    public const byte Igmp = 2;
    public const ushort MoreFragments = 0x2000;
    public const ushort DontFragment = 0x4000;
    private const ushort FragmentOffset = 0x1fff;

    /// <summary>Part of a larger datagram.</summary>
    public bool IsFragment => (Fragment & (MoreFragments | FragmentOffset)) != 0;

    public static bool TryRead(ReadOnlySpan<byte> packet, out Ipv4Header header)
    {
        header = default;
        if (packet.Length < Size || packet[0] >> 4 != 4)
            return false;
        int headerLength = (packet[0] & 0x0f) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerLength < Size || totalLength < headerLength || totalLength > packet.Length)
            return false;
        header = new Ipv4Header(
            headerLength, totalLength, BinaryPrimitives.ReadUInt16BigEndian(packet[4..]), BinaryPrimitives.ReadUInt16BigEndian(packet[6..]),
            packet[9], BinaryPrimitives.ReadUInt32BigEndian(packet[12..]), BinaryPrimitives.ReadUInt32BigEndian(packet[16..]));
        return true;
    }

    public void Write(Span<byte> packet)
    {
        packet[0] = 0x45;
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)TotalLength);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], Id);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], Fragment);
        packet[8] = 64;
        packet[9] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], Source);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], Destination);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Of(packet[..Size]));
    }
}
