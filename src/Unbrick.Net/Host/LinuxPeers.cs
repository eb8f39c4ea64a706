namespace Unbrick.Net.Host;

/// <summary>
/// The ports that have a peer, and when to look at them all in turn without asking first which of them have something. While many clients keep
/// the processor busy nearly all of them have, so the question costs more than its answer is worth; and a server that goes to sleep whenever
/// it is a moment ahead of a hundred clients has each of them wake it up.
/// </summary>
internal sealed class LinuxPeers
{
    /// <summary>Fewer are no crowd: they are asked about, or waited for busily.</summary>
    private const int Crowd = 16;

    /// <summary>How often the choice is made.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(1);

    /// <summary>Rounds are worth their price when in a period at least every fourth peer sends something.</summary>
    private const int OneIn = 4;

    private readonly List<LinuxUdpPort> _ports = [];
    private int _taken;
    private TimeSpan _since;

    /// <summary>Ports that have a peer.</summary>
    internal IReadOnlyList<LinuxUdpPort> Ports => _ports;

    /// <summary>Rounds are worth it now.</summary>
    internal bool Crowded { get; private set; }

    internal void Add(LinuxUdpPort port)
    {
        port.PeerIndex = _ports.Count;
        _ports.Add(port);
    }

    /// <summary>The last one takes the place of the one that goes: a round goes backwards and may close the port that it is at.</summary>
    internal void Remove(LinuxUdpPort port)
    {
        LinuxUdpPort last = _ports[^1];
        _ports[port.PeerIndex] = last;
        last.PeerIndex = port.PeerIndex;
        _ports.RemoveAt(_ports.Count - 1);
    }

    /// <summary>A datagram of a peer was taken.</summary>
    internal void Taken() => _taken++;

    /// <summary>Chooses anew when a period is over; true when the choice changed.</summary>
    internal bool Choose(TimeSpan now)
    {
        bool before = Crowded;
        TimeSpan elapsed = now - _since;
        if (_ports.Count < Crowd)
            Crowded = false;
        if (_ports.Count < Crowd || elapsed < s_period)
            return Crowded != before;
        Crowded = _taken * s_period.Ticks * OneIn >= _ports.Count * elapsed.Ticks;
        (_taken, _since) = (0, now);
        return Crowded != before;
    }

    /// <summary>Gives every peer's port its turn once.</summary>
    internal void Round()
    {
        for (int i = _ports.Count - 1; i >= 0; i--)
        {
            // A handler may close other ports than its own.
            if (i < _ports.Count)
                _ports[i].OnReadable(_ports[i]);
        }
    }
}
