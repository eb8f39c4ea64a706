using System.Buffers.Binary;

namespace Unbrick.Sim.Network;

/// <summary>
/// ARP for IPv4 over Ethernet (RFC 826): htype 2 = 1, ptype 2 = 0800, hlen 1 = 6, plen 1 = 4, operation 2, sender MAC 6, sender IP 4,
/// target MAC 6, target IP 4.
/// </summary>
internal readonly record struct ArpPacket(ushort Operation, MacAddress SenderMac, uint SenderIp, MacAddress TargetMac, uint TargetIp)
{
    public const int Size = 28;
    public const ushort Request = 1;
    public const ushort Reply = 2;
    private const ulong EthernetAndIpv4 = 0x0001_0800_0604;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < Size || MacAddress.Read(bytes).Value != EthernetAndIpv4)
            return false;
        packet = new ArpPacket(
            BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]), MacAddress.Read(bytes[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[14..]), MacAddress.Read(bytes[18..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]));
        return true;
    }

    /// <summary>Writes a whole frame; its padded length.</summary>
    public int WriteFrame(Span<byte> frame, MacAddress to)
    {
        EthernetFrame.WriteHeader(frame, to, SenderMac, EthernetFrame.ArpType);
        Span<byte> bytes = frame[EthernetFrame.HeaderSize..];
        new MacAddress(EthernetAndIpv4).Write(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], Operation);
        SenderMac.Write(bytes[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[14..], SenderIp);
        TargetMac.Write(bytes[18..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[24..], TargetIp);
        return EthernetFrame.Pad(frame, EthernetFrame.HeaderSize + Size);
    }
}
