using Unbrick.Net.Host;

namespace Unbrick.Recovery.Evidence;

/// <summary>The carrier of the adapter over time, and what the adapter says of the frames it gets.</summary>
internal sealed class LinkEvidence
{
    private const int MostDrops = 64;

    private readonly List<TimeSpan> _drops = [];

    /// <summary>The carrier as it was last seen.</summary>
    public LinkState State { get; private set; }

    /// <summary>It was up at least once.</summary>
    public bool WasUp { get; private set; }

    /// <summary>Since when it is up; null when it is not.</summary>
    public TimeSpan? UpSince { get; private set; }

    /// <summary>The system counts the falls itself, also those that are too short to be seen by looking.</summary>
    public bool CountIsKnown { get; set; }

    /// <summary>When it fell, the last ones.</summary>
    public IReadOnlyList<TimeSpan> Drops => _drops;

    /// <summary>When our address was found gone from the adapter.</summary>
    public List<TimeSpan> AddressLost { get; } = [];

    /// <summary>Damaged frames since the run began; null when the system does not tell.</summary>
    public long? Damaged { get; set; }

    /// <summary>The carrier now.</summary>
    public void Look(LinkState link, TimeSpan now)
    {
        if (link == LinkState.Up)
        {
            UpSince ??= now;
            WasUp = true;
        }
        else if (UpSince is not null)
        {
            UpSince = null;
            if (!CountIsKnown)
                Fell(now);
        }
        State = link;
    }

    /// <summary>The system counted falls; from now on its count is believed, which misses none.</summary>
    public void Counted(long falls, TimeSpan now)
    {
        CountIsKnown = true;
        for (long i = 0; i < Math.Min(falls, MostDrops); i++)
            Fell(now);
    }

    private void Fell(TimeSpan now)
    {
        if (_drops.Count == MostDrops)
            _drops.RemoveAt(0);
        _drops.Add(now);
    }

    /// <summary>How often it fell since a moment.</summary>
    public int DropsSince(TimeSpan moment) => _drops.Count(drop => drop >= moment);
}
