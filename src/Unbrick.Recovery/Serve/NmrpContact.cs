using Unbrick.Net.Host;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>Says, once each, that there is no link at the start, and that a link alone is no device that answers.</summary>
/// <param name="adapter">The adapter's name.</param>
/// <param name="diagnosis">Collects the problems for the result.</param>
internal sealed class NmrpContact(string adapter, Diagnosis diagnosis)
{
    private static readonly TimeSpan s_withoutLink = TimeSpan.FromSeconds(5), s_silence = TimeSpan.FromSeconds(30);

    private TimeSpan? _began, _upSince;
    private bool _answered, _toldCarrier, _toldSilence;

    /// <summary>A device answered.</summary>
    public void OnAnswer() => _answered = true;

    /// <summary>The state of the cable now.</summary>
    public void Look(LinkState link, TimeSpan now)
    {
        _began ??= now;
        if (_answered)
            return;
        if (link == LinkState.Up)
        {
            _upSince ??= now;
            if (now - _upSince >= s_silence && !_toldSilence)
            {
                _toldSilence = true;
                diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NmrpSilent, [$"{adapter}: link up, {s_silence.TotalSeconds:0} s of calling, no answer"], ("seconds", $"{s_silence.TotalSeconds:0}")));
            }
            return;
        }
        _upSince = null;
        if (link != LinkState.Down || _toldCarrier || now - _began < s_withoutLink)
            return;
        _toldCarrier = true;
        diagnosis.Add(ProblemCatalogue.Create(ProblemCode.NoCarrier, [$"{adapter}: no link for {s_withoutLink.TotalSeconds:0} s"], ("adapter", adapter)));
    }
}
