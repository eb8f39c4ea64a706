namespace Unbrick.Net.Dhcp;

/// <summary>The value of option 53 (RFC 2132 section 9.6); a packet without that option is BOOTP (RFC 1534).</summary>
public enum DhcpMessageType : byte
{
    /// <summary>No type at all: never on the wire in a good packet, refused when seen.</summary>
    None = 0,

    /// <summary>A client looks for servers.</summary>
    Discover = 1,

    /// <summary>A server names an address it would give.</summary>
    Offer = 2,

    /// <summary>A client takes an offer, or wants to keep or check an address.</summary>
    Request = 3,

    /// <summary>A client found the address in use.</summary>
    Decline = 4,

    /// <summary>The address is the client's.</summary>
    Ack = 5,

    /// <summary>The address is not the client's; it starts again.</summary>
    Nak = 6,

    /// <summary>The client gives its address back.</summary>
    Release = 7,

    /// <summary>The client has an address and wants the rest.</summary>
    Inform = 8,
}
