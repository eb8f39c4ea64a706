using System.Buffers.Binary;
using System.Net;

namespace Unbrick.Net.Frames;

/// <summary>The envelope of a UDP datagram in an Ethernet frame of which only the beginning may be there.</summary>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Opcode">The first two bytes of the payload, a TFTP opcode (RFC 1350 section 5); 0 when they are not there.</param>
/// <param name="Block">The next two, a block number in DATA and ACK; 0 when they are not there.</param>
public readonly record struct UdpGlimpse(IPEndPoint From, IPEndPoint To, int Opcode, int Block)
{
    private const int EthernetHeader = 14;

    /// <summary>Reads a frame from its destination address on; false for all but the first fragment of IPv4 UDP.</summary>
    /// <remarks>Layout: see <see cref="HeardFrame.TryRead"/>.</remarks>
    public static bool TryRead(ReadOnlySpan<byte> frame, out UdpGlimpse glimpse)
    {
        glimpse = default;
        if (frame.Length < EthernetHeader + 28 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800)
            return false;
        ReadOnlySpan<byte> ip = frame[EthernetHeader..];
        int header = (ip[0] & 15) * 4;
        bool laterFragment = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1fff) != 0;
        if (ip[0] >> 4 != 4 || header < 20 || ip[9] != 17 || laterFragment || ip.Length < header + 8)
            return false;
        ReadOnlySpan<byte> udp = ip[header..], payload = udp[8..];
        glimpse = new UdpGlimpse(
            new IPEndPoint(new IPAddress(ip.Slice(12, 4)), BinaryPrimitives.ReadUInt16BigEndian(udp)),
            new IPEndPoint(new IPAddress(ip.Slice(16, 4)), BinaryPrimitives.ReadUInt16BigEndian(udp[2..])),
            payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 0,
            payload.Length >= 4 ? BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) : 0);
        return true;
    }
}
