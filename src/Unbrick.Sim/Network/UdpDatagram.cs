using System.Buffers.Binary;

namespace Unbrick.Sim.Network;

/// <summary>UDP in IPv4 in Ethernet (RFC 768): source port 2, destination port 2, length 2, checksum 2, payload.</summary>
internal readonly ref struct UdpDatagram(ushort fromPort, ushort toPort, ReadOnlySpan<byte> payload)
{
    public const int HeaderSize = 8;

    /// <summary>Where the payload stands in a frame.</summary>
    public const int PayloadAt = EthernetFrame.HeaderSize + Ipv4Header.Size + HeaderSize;

    public ushort FromPort { get; } = fromPort;

    public ushort ToPort { get; } = toPort;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out UdpDatagram datagram)
    {
        datagram = default;
        if (bytes.Length < HeaderSize)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length < HeaderSize || length > bytes.Length)
            return false;
        datagram = new UdpDatagram(
            BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), bytes[HeaderSize..length]);
        return true;
    }

    /// <summary>Whether a checksum, if there is one, is right.</summary>
    public static bool ChecksumFits(ReadOnlySpan<byte> udp, uint source, uint destination) =>
        BinaryPrimitives.ReadUInt16BigEndian(udp[6..]) == 0 || InternetChecksum.Of(udp, PseudoHeader(source, destination, udp.Length)) == 0;

    /// <summary>Writes header and payload; the checksum is left out (0, as U-Boot sends) unless asked for.</summary>
    public int Write(Span<byte> bytes, uint source, uint destination, bool withChecksum)
    {
        int length = HeaderSize + Payload.Length;
        BinaryPrimitives.WriteUInt16BigEndian(bytes, FromPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], ToPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], 0);
        Payload.CopyTo(bytes[HeaderSize..]);
        if (withChecksum)
        {
            ushort sum = InternetChecksum.Of(bytes[..length], PseudoHeader(source, destination, length));
            BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], sum == 0 ? (ushort)0xffff : sum);
        }
        return length;
    }

    private static ulong PseudoHeader(uint source, uint destination, int length) =>
        (ulong)source + destination + Ipv4Header.Udp + (ulong)length;
}
