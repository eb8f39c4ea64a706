using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>What a search found.</summary>
/// <param name="Query">What was asked for.</param>
/// <param name="Matches">The best first.</param>
public sealed record DeviceSearch(string Query, ImmutableArray<DeviceMatch> Matches)
{
    /// <summary>
    /// The one device that is meant, null when it is not certain. "Archer C7 v2" is certain although an "Archer C7 v2 (IL)" exists,
    /// because nothing else has exactly this name; "Archer C7" is not. Something merely similar is never certain.
    /// </summary>
    public DeviceMatch? Best
    {
        get
        {
            if (Matches.IsEmpty || Matches[0].Kind >= MatchKind.NearFile)
                return null;
            bool alone = Matches.Length == 1 || (Matches[0].Kind < MatchKind.Words && Matches[1].Kind > Matches[0].Kind);
            return alone ? Matches[0] : null;
        }
    }
}
