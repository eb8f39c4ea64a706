using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;

namespace Unbrick.Net.Dhcp;

/// <summary>What the server gives away, and to whom.</summary>
public sealed record DhcpServerOptions
{
    /// <summary>More addresses than a bench ever needs; bounds memory, since every client costs an address.</summary>
    public const int LargestPool = 4096;

    private const int LongestFileName = 127;

    /// <summary>Our address on the cable; goes into option 54.</summary>
    public required IPAddress ServerAddress { get; init; }

    /// <summary>Bits of the network; goes into option 1 as a mask.</summary>
    public int PrefixLength { get; init; } = 24;

    /// <summary>First address to give away.</summary>
    public required IPAddress PoolFirst { get; init; }

    /// <summary>Last address to give away.</summary>
    public required IPAddress PoolLast { get; init; }

    /// <summary>
    /// Boot file for everyone without an entry in <see cref="BootFiles"/>. Null: the name a client asks for is given back to it, and a
    /// client that asks for none takes its own default.
    /// </summary>
    public string? BootFile { get; init; }

    /// <summary>Boot files by vendor class; the first that fits wins.</summary>
    public ImmutableArray<DhcpBootFile> BootFiles { get; init; } = [];

    /// <summary>
    /// How long an address stays with a client that does not ask again. Short, because a device often has one hardware address in its
    /// loader and another in its firmware, and with a pool of one the second must not wait for the first.
    /// </summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where to load the boot file from; null for us.</summary>
    public IPAddress? NextServer { get; init; }

    /// <summary>Gateway to name; null for none, which is what a lone cable has.</summary>
    public IPAddress? Router { get; init; }

    /// <summary>Leave PCs that boot from the network unanswered: on a switch they would else load a router's firmware.</summary>
    public bool IgnorePcs { get; init; } = true;

    /// <summary>Who is answered at all, by hardware address; null for everyone. Keeps out our own adapter or all but one device.</summary>
    public Func<PhysicalAddress, bool>? Answers { get; init; }

    /// <summary>
    /// Whether another than this client was seen with this address (ARP); then the client does not get it. Null: nobody knows.
    /// </summary>
    public Func<IPAddress, PhysicalAddress, bool>? InUse { get; init; }

    /// <summary>
    /// The same with a pool of one, for devices whose loader wants one certain address (a RedBoot its own 192.168.1.254, say). That it was
    /// seen in use does not matter then: most likely by the device itself, whose firmware may show another hardware address.
    /// </summary>
    public DhcpServerOptions AddressOnly(IPAddress device) => this with { PoolFirst = device, PoolLast = device, InUse = null };

    /// <summary>The file for a client of this class; null when there is none.</summary>
    internal string? BootFileFor(ReadOnlySpan<byte> vendorClass)
    {
        foreach (DhcpBootFile entry in BootFiles)
        {
            if (DhcpClientClass.StartsWith(vendorClass, entry.VendorClassPrefix))
                return entry.File;
        }
        return BootFile;
    }

    /// <summary>
    /// Throws <see cref="ArgumentException"/> on options that no server can run with; the caller's check comes before, in words.
    /// </summary>
    internal void Validate()
    {
        if (PrefixLength is < 1 or > 30)
            throw new ArgumentException($"a prefix of {PrefixLength} bits is no network", nameof(PrefixLength));
        uint first = Ipv4.ToNumber(PoolFirst), last = Ipv4.ToNumber(PoolLast), mask = Ipv4.Mask(PrefixLength);
        uint network = Ipv4.ToNumber(ServerAddress) & mask;
        if (first > last || last - first >= LargestPool)
            throw new ArgumentException($"{PoolFirst} to {PoolLast} is no pool of 1 to {LargestPool} addresses", nameof(PoolFirst));
        if ((first & mask) != network || (last & mask) != network)
        {
            throw new ArgumentException(
                $"{PoolFirst} to {PoolLast} is not in the network of {ServerAddress}/{PrefixLength}", nameof(PoolFirst));
        }
        if (LeaseTime < TimeSpan.FromSeconds(1) || LeaseTime > TimeSpan.FromDays(365))
            throw new ArgumentException("a lease lasts from a second to a year", nameof(LeaseTime));
        foreach (string file in BootFiles.Select(entry => entry.File).Append(BootFile ?? ""))
        {
            if (Encoding.UTF8.GetByteCount(file) > LongestFileName || file.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException($"a boot file name has at most {LongestFileName} bytes and no NUL", nameof(BootFile));
        }
    }
}
