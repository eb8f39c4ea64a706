using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Dhcp;

/// <summary>
/// Finds other DHCP servers: by asking before we start, and by reading what comes to port 68 while we run. Two servers on a cable are the
/// classic accident: the loader takes the other's address and finds no file, or we give a whole house wrong addresses.
/// Send both questions from port 68 to 255.255.255.255:67 and listen on port 68: servers answer INFORM at once, but dnsmasq pings for
/// three seconds before it answers DISCOVER (PING_WAIT), and a server that does not know our address answers DISCOVER only.
/// </summary>
public static class DhcpProbe
{
    /// <summary>A DISCOVER that asks for an answer by broadcast; whatever is offered is never taken.</summary>
    /// <param name="mac">The adapter's hardware address.</param>
    /// <param name="transactionId">A random number, to know the answer by.</param>
    public static byte[] BuildDiscover(PhysicalAddress mac, uint transactionId)
    {
        DhcpWriter packet = DhcpWriter.Request(mac, transactionId);
        packet.Type(DhcpMessageType.Discover);
        packet.Option(DhcpOption.ParameterList, [DhcpOption.SubnetMask, DhcpOption.Router]);
        return packet.Finish();
    }

    /// <summary>An INFORM; the answer comes to <paramref name="own"/>, so it must be an address of this adapter.</summary>
    /// <param name="mac">The adapter's hardware address.</param>
    /// <param name="own">The adapter's address.</param>
    /// <param name="transactionId">A random number, to know the answer by.</param>
    public static byte[] BuildInform(PhysicalAddress mac, IPAddress own, uint transactionId)
    {
        DhcpWriter packet = DhcpWriter.Request(mac, transactionId);
        packet.ClientAddress(Ipv4.ToNumber(own));
        packet.Type(DhcpMessageType.Inform);
        packet.Option(DhcpOption.ParameterList, [DhcpOption.SubnetMask, DhcpOption.Router]);
        return packet.Finish();
    }

    /// <summary>Reads a datagram that came to port 68; true when another server sent it.</summary>
    /// <param name="datagram">UDP payload.</param>
    /// <param name="transactionId">Only the answer to this; null for any, to hear what others are told.</param>
    /// <param name="ours">Our server's address, whose packets do not count; null before we have one.</param>
    /// <param name="server">
    /// Who answered; <see cref="IPAddress.Any"/> when it does not name itself: it is the datagram's sender then.
    /// </param>
    /// <param name="offered">The address it gives or would give; null when it gives none (to an INFORM, or a NAK).</param>
    public static bool TryReadForeignOffer(
        ReadOnlySpan<byte> datagram, uint? transactionId, IPAddress? ours, out IPAddress server, out IPAddress? offered)
    {
        server = IPAddress.Any;
        offered = null;
        if (!DhcpPacket.TryParse(datagram, out DhcpPacket packet) || !packet.IsReply
            || (transactionId ?? packet.TransactionId) != packet.TransactionId
            || packet.MessageType is not (null or DhcpMessageType.Offer or DhcpMessageType.Ack or DhcpMessageType.Nak))
            return false;
        server = Ipv4.FromNumber(packet.FindAddress(DhcpOption.ServerIdentifier) ?? packet.NextServer);
        offered = packet.YourAddress == 0 ? null : Ipv4.FromNumber(packet.YourAddress);
        return !server.Equals(ours);
    }
}
