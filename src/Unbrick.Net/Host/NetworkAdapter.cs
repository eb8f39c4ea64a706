using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Host;

/// <summary>What an adapter is, as far as it matters for reaching a device on a cable.</summary>
public enum AdapterKind
{
    /// <summary>A socket for a cable (also the ends of a veth pair, which are cables to us).</summary>
    Ethernet,

    /// <summary>Radio: a dead router is never behind it.</summary>
    Wireless,

    /// <summary>Bridges, tunnels, container and VPN adapters: hidden unless asked for by name.</summary>
    Virtual,

    /// <summary>This machine itself.</summary>
    Loopback,
}

/// <summary>Whether the other end of the cable is there.</summary>
public enum LinkState
{
    /// <summary>The system does not tell (adapter switched off, or a system without that knowledge).</summary>
    Unknown,

    /// <summary>No carrier.</summary>
    Down,

    /// <summary>Carrier.</summary>
    Up,
}

/// <summary>An IPv4 address with the length of its network prefix in bits.</summary>
public readonly record struct AdapterAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>Whether <paramref name="other"/> lies in the same network.</summary>
    public bool Covers(IPAddress other) => Ipv4.ToNumber(Address) >> (32 - PrefixLength) == Ipv4.ToNumber(other) >> (32 - PrefixLength) || PrefixLength == 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <summary>A network adapter as it was when it was looked at.</summary>
/// <param name="Name">The system's name (<c>eth0</c>, <c>Ethernet 2</c>).</param>
/// <param name="Index">The system's IPv4 interface index.</param>
/// <param name="Mac">Hardware address.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Enabled">Switched on by the administrator.</param>
/// <param name="Link">Carrier.</param>
/// <param name="SpeedMbit">Negotiated speed in Mbit/s; null when not known.</param>
/// <param name="Mtu">Largest IP packet in bytes.</param>
/// <param name="Addresses">IPv4 addresses.</param>
public sealed record NetworkAdapter(
    string Name, int Index, PhysicalAddress Mac, AdapterKind Kind, bool Enabled, LinkState Link, int? SpeedMbit, int Mtu,
    ImmutableArray<AdapterAddress> Addresses);
