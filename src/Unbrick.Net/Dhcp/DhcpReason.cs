namespace Unbrick.Net.Dhcp;

/// <summary>Why something was not answered, or refused.</summary>
public enum DhcpReason
{
    /// <summary>No reason needed.</summary>
    None,

    /// <summary>Too short, an impossible hardware address length, or options that break off before they say what they want.</summary>
    Malformed,

    /// <summary>A server's packet.</summary>
    NotARequest,

    /// <summary>A message type that no client sends.</summary>
    UnknownType,

    /// <summary>Came through a relay (giaddr); nothing is sent off the cable.</summary>
    Relayed,

    /// <summary>A PC that boots from the network (<see cref="DhcpServerOptions.IgnorePcs"/>).</summary>
    Pc,

    /// <summary>Not one of those to be answered (<see cref="DhcpServerOptions.Answers"/>).</summary>
    NotAllowed,

    /// <summary>Names no address, and we know none of it.</summary>
    NoAddress,

    /// <summary>The address is not in our pool, or not in our network.</summary>
    ForeignAddress,

    /// <summary>The address is someone else's.</summary>
    AddressTaken,

    /// <summary>A DECLINE or RELEASE of what the client does not have, or meant for another server.</summary>
    NotTheirs,
}
