using System.Net.NetworkInformation;

namespace Unbrick.Net.Dhcp;

/// <summary>
/// Who has which address. One hardware address has one address of the pool, whatever client id comes with it: a loader speaks BOOTP
/// without a client id, then the system it loads speaks DHCP with one, and it is the same box on the same cable, which should keep its
/// address. Two boxes with one hardware address cannot live on one cable anyway (<see cref="DhcpConversation"/> tells them apart).
/// Nothing is remembered beyond one entry for each address of the pool, so no flood of clients grows memory; and what was only offered
/// is the first to be taken back, so no flood keeps the real device out.
/// </summary>
internal sealed class DhcpLeases(DhcpServerOptions options)
{
    /// <summary>An OFFER binds us that long; a loader answers within milliseconds, or asks again after 5 s at most.</summary>
    public static readonly TimeSpan Reservation = TimeSpan.FromSeconds(10);

    /// <summary>How long a declined address is left alone while others are free.</summary>
    public static readonly TimeSpan Avoidance = TimeSpan.FromMinutes(5);

    private readonly Dictionary<uint, DhcpLease> _byAddress = [];
    private readonly Dictionary<PhysicalAddress, DhcpLease> _byMac = [];
    private readonly uint _first = Ipv4.ToNumber(options.PoolFirst);
    private readonly uint _last = Ipv4.ToNumber(options.PoolLast);
    private readonly uint _hosts = ~Ipv4.Mask(options.PrefixLength);
    private readonly uint _server = Ipv4.ToNumber(options.ServerAddress);
    private readonly uint? _router = options.Router is { } router ? Ipv4.ToNumber(router) : null;
    private readonly uint? _nextServer = options.NextServer is { } server ? Ipv4.ToNumber(server) : null;

    public int Count => _byAddress.Count;

    public DhcpLease? Of(PhysicalAddress mac) => _byMac.GetValueOrDefault(mac);

    /// <summary>
    /// The address for a client that looks for one: the one it has or had; else the one it would like; else the first free one; else one
    /// that is taken back from another client. Null when all are rightfully taken.
    /// </summary>
    public DhcpLease? Reserve(PhysicalAddress mac, uint? wanted, TimeSpan now)
    {
        DhcpLease? lease = Of(mac) ?? Free(mac, wanted, now) ?? TakeBack(mac, now);
        if (lease is null)
            return null;
        lease.LastSeen = now;
        if (lease.Until <= now)
            (lease.State, lease.Until) = (DhcpLeaseState.Reserved, now + Reservation);
        return lease;
    }

    /// <summary>
    /// The lease of a client that names its address: its own, a free one (we may have been started after it got it), or one that another
    /// client was offered but has not taken. Null when the address is not of the pool or is another's.
    /// </summary>
    public DhcpLease? Claim(PhysicalAddress mac, uint address, TimeSpan now)
    {
        DhcpLease? mine = Of(mac), there = _byAddress.GetValueOrDefault(address);
        if (mine?.Address != address)
        {
            if (!IsOfPool(address) || (there is null && IsInUse(address, mac)))
                return null;
            if (there is not null && there.Until > now && there.State != DhcpLeaseState.Reserved)
                return null;
            Remove(there);
            mine = Add(address, mac);
        }
        mine!.LastSeen = now;
        return mine;
    }

    /// <summary>The client has taken it.</summary>
    public void Confirm(DhcpLease lease, TimeSpan now)
    {
        if (lease.State != DhcpLeaseState.Permanent)
            (lease.State, lease.Until) = (DhcpLeaseState.Leased, now + options.LeaseTime);
    }

    /// <summary>The client has got it by BOOTP.</summary>
    public static void Keep(DhcpLease lease) => (lease.State, lease.Until) = (DhcpLeaseState.Permanent, TimeSpan.MaxValue);

    /// <summary>The client does without it; it gets the same again if it comes back before another needs it.</summary>
    public static void Release(DhcpLease lease, TimeSpan now) => (lease.State, lease.Until) = (DhcpLeaseState.Reserved, now);

    /// <summary>The client says that another station has it.</summary>
    public void Decline(DhcpLease lease, TimeSpan now)
    {
        _byMac.Remove(lease.Mac!);
        lease.Mac = null;
        (lease.State, lease.Until, lease.LastSeen) = (DhcpLeaseState.Declined, now + Avoidance, now);
    }

    private DhcpLease? Free(PhysicalAddress mac, uint? wanted, TimeSpan now)
    {
        if (wanted is { } address && IsOfPool(address) && !IsInUse(address, mac)
            && (_byAddress.GetValueOrDefault(address) is not { } there || (there.Until <= now && Remove(there))))
            return Add(address, mac);
        for (uint candidate = _first; candidate <= _last; candidate++)
        {
            if (!_byAddress.ContainsKey(candidate) && IsOfPool(candidate) && !IsInUse(candidate, mac))
                return Add(candidate, mac);
        }
        return null;
    }

    /// <summary>
    /// In this order: a right that has ended, an offer not taken, a declined address, a BOOTP address (its holder may be long gone, and
    /// BOOTP cannot say so); of each the one unheard of for longest. A running lease is never taken.
    /// </summary>
    private DhcpLease? TakeBack(PhysicalAddress mac, TimeSpan now)
    {
        DhcpLease? victim = null;
        foreach (DhcpLease lease in _byAddress.Values)
        {
            if (Rank(lease, now) is { } rank
                && (victim is null || (rank, lease.LastSeen).CompareTo((Rank(victim, now)!.Value, victim.LastSeen)) < 0)
                && (lease.State == DhcpLeaseState.Declined || !IsInUse(lease.Address, mac)))
                victim = lease;
        }
        if (victim is null)
            return null;
        Remove(victim);
        return Add(victim.Address, mac);
    }

    private static int? Rank(DhcpLease lease, TimeSpan now) => lease.State switch
    {
        _ when lease.Until <= now => 0,
        DhcpLeaseState.Reserved => 1,
        DhcpLeaseState.Declined => 2,
        DhcpLeaseState.Permanent => 3,
        _ => null,
    };

    private DhcpLease Add(uint address, PhysicalAddress mac)
    {
        Remove(Of(mac));
        DhcpLease lease = new(address, mac);
        _byAddress.Add(address, lease);
        _byMac.Add(mac, lease);
        return lease;
    }

    private bool Remove(DhcpLease? lease)
    {
        if (lease is null)
            return false;
        _byAddress.Remove(lease.Address);
        if (lease.Mac is not null)
            _byMac.Remove(lease.Mac);
        return true;
    }

    /// <summary>In the pool, and neither ours nor the network's own (all host bits 0 or 1).</summary>
    public bool IsOfPool(uint address) => address >= _first && address <= _last && address != _server && address != _router
        && address != _nextServer && (address & _hosts) != 0 && (address & _hosts) != _hosts;

    private bool IsInUse(uint address, PhysicalAddress mac) => options.InUse?.Invoke(Ipv4.FromNumber(address), mac) ?? false;
}
