namespace Unbrick.Recovery.Lines;

/// <summary>
/// How densely bytes come at quick rates. A wire that nobody holds follows the mains: an edge each 8 or 10 ms and a byte for it, at whatever rate.
/// A device prints its bytes one behind the other.
/// </summary>
internal sealed class MainsHum
{
    private const int QuickRate = 57_600, FewestBytes = 60, MostBytesPerSecond = 300;

    private static readonly TimeSpan s_longestGap = TimeSpan.FromMilliseconds(40);

    private TimeSpan _last, _spent;
    private int _bytes, _host;

    /// <summary>Whether enough came, and all of it as slowly as the mains change.</summary>
    public bool IsMains => _bytes >= FewestBytes && _bytes < MostBytesPerSecond * _spent.TotalSeconds;

    /// <summary>Takes how many bytes came.</summary>
    public void On(int bytes, TimeSpan now, int host)
    {
        TimeSpan gap = now - _last;
        if (host >= QuickRate && host == _host && gap <= s_longestGap)
        {
            _bytes += bytes;
            _spent += gap;
        }
        (_last, _host) = (now, host);
    }
}
