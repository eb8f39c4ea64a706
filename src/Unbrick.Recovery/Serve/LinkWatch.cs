using Unbrick.Net.Host;

namespace Unbrick.Recovery.Serve;

/// <summary>Looks at an adapter's carrier now and then, and tells changes.</summary>
internal sealed class LinkWatch(INetworkHost network, NetworkAdapter adapter, Action<LinkState, LinkState, int?> onChange, TimeSpan? pause = null)
{
    private readonly TimeSpan _pause = pause ?? TimeSpan.FromMilliseconds(250);

    private TimeSpan _next;

    /// <summary>The carrier as it was last seen.</summary>
    public LinkState State { get; private set; } = adapter.Link;

    /// <summary>Looks, whether it is time to or not.</summary>
    public void LookNow(TimeSpan now)
    {
        _next = now;
        Look(now);
    }

    /// <summary>Looks, if it is time to.</summary>
    /// <returns>All adapters as they are now; null when it was not time, or the carrier changed, after which nothing is as it was.</returns>
    public IReadOnlyList<NetworkAdapter>? Look(TimeSpan now)
    {
        if (now < _next)
            return null;
        _next = now + _pause;
        IReadOnlyList<NetworkAdapter> all = network.Adapters();
        NetworkAdapter? found = all.FirstOrDefault(a => a.Name == adapter.Name);
        LinkState link = found?.Link ?? LinkState.Down;
        LinkState before = State;
        if (link == before)
            return all;
        State = link;
        onChange(before, link, found?.SpeedMbit);
        return null;
    }
}
