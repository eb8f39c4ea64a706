using System.Net;

namespace Unbrick.Net.Dhcp;

/// <summary>
/// A datagram to send from port 67 of the adapter that is served. Nearly always to 255.255.255.255: every loader hears it, and no raw
/// frame is needed to reach a client that has no address yet.
/// </summary>
/// <param name="Payload">The packet; the receiver's to keep.</param>
/// <param name="To">Address and port.</param>
public sealed record DhcpSend(byte[] Payload, IPEndPoint To);
