using Unbrick.Net.Host;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>Says, once each, that there is no link at the start, and that a link alone is not a device that speaks.</summary>
/// <param name="adapter">The adapter's name.</param>
/// <param name="button">What to hold, in words.</param>
/// <param name="expectsDevice">Someone waits for a device now; a server that runs for ever may well hear nothing.</param>
/// <param name="diagnosis">Collects the problems for the result.</param>
internal sealed class FirstContact(string adapter, string button, bool expectsDevice, Diagnosis diagnosis)
{
    /// <summary>A device that gets its power after the command was typed needs 2 to 4 s to raise its link.</summary>
    private static readonly TimeSpan s_withoutLink = TimeSpan.FromSeconds(5);

    /// <summary>Longer than any boot loader waits before it asks.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(30);

    private TimeSpan? _began, _upSince;
    private bool _wasUp, _heard, _told;

    /// <summary>Anything came from the other end.</summary>
    public void OnHeard() => _heard = true;

    /// <summary>The state of the cable now.</summary>
    public void Look(LinkState link, TimeSpan now)
    {
        _began ??= now;
        if (link == LinkState.Up)
        {
            _upSince ??= now;
            if (!_wasUp)
                (_wasUp, _told) = (true, false);
            if (expectsDevice && !_heard && !_told && now - _upSince >= s_silence)
                TellSilence();
            return;
        }
        _upSince = null;
        if (link == LinkState.Down && !_wasUp && !_told && now - _began >= s_withoutLink)
            TellCarrier();
    }

    private void TellCarrier()
    {
        _told = true;
        diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.NoCarrier, [$"{adapter}: no link for {s_withoutLink.TotalSeconds:0} s"], ("adapter", adapter)));
    }

    private void TellSilence()
    {
        _told = true;
        string seconds = $"{s_silence.TotalSeconds:0}";
        diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.NothingHeard, [$"{adapter}: link up, no ARP, DHCP or TFTP from the device in {seconds} s"],
            ("seconds", seconds), ("button", button)));
    }
}
