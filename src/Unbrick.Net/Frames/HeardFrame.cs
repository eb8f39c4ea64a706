using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Frames;

/// <summary>What a frame is, of those that tell what a device wants.</summary>
public enum HeardKind
{
    /// <summary>ARP: who has <see cref="HeardFrame.Target"/>? Sender and target are the same when a host announces itself (RFC 5227).</summary>
    ArpRequest,

    /// <summary>ARP: <see cref="HeardFrame.Sender"/> is at <see cref="HeardFrame.Mac"/>.</summary>
    ArpReply,

    /// <summary>A UDP datagram over IPv4.</summary>
    Udp,

    /// <summary>IGMP: somebody joins a multicast group (RFC 3376). Boot loaders never do.</summary>
    Igmp,

    /// <summary>ICMPv6: an IPv6 host looks for its neighbours or routers (RFC 4861, RFC 2710). Boot loaders never do.</summary>
    Ipv6,

    /// <summary>ICMPv6 router advertisement (RFC 4861, type 134): a router that runs its firmware.</summary>
    RouterAdvertisement,

    /// <summary>LLDP (IEEE 802.1AB): a switch or an operating system.</summary>
    Lldp,
}

/// <summary>An Ethernet frame, as far as it matters here.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mac">Who sent it.</param>
/// <param name="Sender">The sender's IPv4 address; 0.0.0.0 when it has none yet.</param>
/// <param name="Target">ARP: the address asked for. UDP: the destination.</param>
/// <param name="SourcePort">UDP source port.</param>
/// <param name="DestinationPort">UDP destination port.</param>
/// <param name="Payload">Where in the frame the UDP payload stands.</param>
public readonly record struct HeardFrame(
    HeardKind Kind, PhysicalAddress Mac, IPAddress Sender, IPAddress Target, int SourcePort, int DestinationPort, Range Payload)
{
    private const int EthernetHeader = 14;
    private const int ArpLength = 28;
    private const int UdpHeader = 8;

    /// <summary>Reads a frame; false for all that is not of use, cut off or inconsistent.</summary>
    /// <remarks>
    /// <code>
    /// Ethernet   dst 6 | src 6 | type u16
    /// ARP        htype 1 | ptype 0800 | 6 | 4 | op u16 | sender MAC 6 | sender IP 4 | target MAC 6 | target IP 4       RFC 826
    /// IPv4       4:version 4:words | tos | length u16 | id | flags+offset u16 | ttl | protocol | sum | src 4 | dst 4    RFC 791
    /// UDP        source u16 | destination u16 | length u16 | sum u16                                                  RFC 768
    /// </code>
    /// </remarks>
    public static bool TryRead(ReadOnlySpan<byte> frame, out HeardFrame heard)
    {
        heard = default;
        if (frame.Length < EthernetHeader)
            return false;
        PhysicalAddress mac = new(frame.Slice(6, 6).ToArray());
        ReadOnlySpan<byte> rest = frame[EthernetHeader..];
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0806 => TryReadArp(rest, out heard),
            0x0800 => TryReadIpv4(rest, mac, out heard),
            0x86dd => TryReadIpv6(rest, mac, out heard),
            0x88cc => TryMake(HeardKind.Lldp, mac, out heard),
            _ => false,
        };
    }

    private static bool TryMake(HeardKind kind, PhysicalAddress mac, out HeardFrame heard)
    {
        heard = new HeardFrame(kind, mac, IPAddress.Any, IPAddress.Any, 0, 0, default);
        return true;
    }

    /// <summary>Fixed header 40 (RFC 8200); MLD stands behind a hop-by-hop header, its length in units of 8 beyond the first 8.</summary>
    private static bool TryReadIpv6(ReadOnlySpan<byte> ip, PhysicalAddress mac, out HeardFrame heard)
    {
        const int FixedHeader = 40, HopByHop = 0, Icmpv6 = 58, RouterAdvertisementType = 134;
        heard = default;
        if (ip.Length < FixedHeader + 8 || ip[0] >> 4 != 6)
            return false;
        int next = ip[6], at = FixedHeader;
        if (next == HopByHop)
            (next, at) = (ip[at], at + 8 + ip[at + 1] * 8);
        if (next != Icmpv6 || at >= ip.Length)
            return false;
        return TryMake(ip[at] == RouterAdvertisementType ? HeardKind.RouterAdvertisement : HeardKind.Ipv6, mac, out heard);
    }

    private static bool TryReadIpv4(ReadOnlySpan<byte> ip, PhysicalAddress mac, out HeardFrame heard)
    {
        const int IgmpProtocol = 2;
        return ip.Length >= 20 && ip[0] >> 4 == 4 && ip[9] == IgmpProtocol ? TryMake(HeardKind.Igmp, mac, out heard) : TryReadUdp(ip, mac, out heard);
    }

    private static bool TryReadArp(ReadOnlySpan<byte> arp, out HeardFrame heard)
    {
        heard = default;
        if (arp.Length < ArpLength || !arp[..6].SequenceEqual((ReadOnlySpan<byte>)[0, 1, 8, 0, 6, 4]))
            return false;
        int operation = BinaryPrimitives.ReadUInt16BigEndian(arp[6..]);
        if (operation is not (1 or 2))
            return false;
        heard = new HeardFrame(
            operation == 1 ? HeardKind.ArpRequest : HeardKind.ArpReply,
            new PhysicalAddress(arp.Slice(8, 6).ToArray()), new IPAddress(arp.Slice(14, 4)), new IPAddress(arp.Slice(24, 4)), 0, 0, default);
        return true;
    }

    private static bool TryReadUdp(ReadOnlySpan<byte> ip, PhysicalAddress mac, out HeardFrame heard)
    {
        heard = default;
        if (ip.Length < 20 || ip[0] >> 4 != 4)
            return false;
        int header = (ip[0] & 15) * 4, length = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        bool laterFragment = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1fff) != 0;
        if (header < 20 || ip[9] != 17 || laterFragment || length > ip.Length || length < header + UdpHeader)
            return false;
        ReadOnlySpan<byte> udp = ip[header..length];
        int udpLength = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (udpLength < UdpHeader || udpLength > udp.Length)
            return false;
        int start = EthernetHeader + header + UdpHeader;
        heard = new HeardFrame(
            HeardKind.Udp, mac, new IPAddress(ip.Slice(12, 4)), new IPAddress(ip.Slice(16, 4)),
            BinaryPrimitives.ReadUInt16BigEndian(udp), BinaryPrimitives.ReadUInt16BigEndian(udp[2..]),
            start..(start + udpLength - UdpHeader));
        return true;
    }
}
