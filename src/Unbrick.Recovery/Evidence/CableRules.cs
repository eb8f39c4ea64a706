using Unbrick.Net.Host;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Evidence;

/// <summary>No carrier since the beginning: cable, socket, or a device without power.</summary>
internal sealed class NoCarrierRule : IVerdictRule
{
    /// <summary>A device that gets its power after the command was typed needs 2 to 4 s to raise its link.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        LinkEvidence link = evidence.Link;
        // The link is not looked at while a transfer runs: whoever was heard has one.
        if (link.State == LinkState.Down && !link.WasUp && !evidence.HeardAnything && now - evidence.Began >= s_patience)
            yield return new Verdict(ProblemCode.NoCarrier, [$"{evidence.Adapter}: no link for {s_patience.TotalSeconds:0} s"], ("adapter", evidence.Adapter));
    }
}

/// <summary>Link, but not one frame from the other end.</summary>
/// <param name="button">What to hold, in words.</param>
internal sealed class SilenceRule(string button) : IVerdictRule
{
    /// <summary>Longer than any boot loader waits before it asks.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(30);

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.HeardAnything || evidence.Link.UpSince is not TimeSpan up || now - up < s_silence)
            yield break;
        string seconds = $"{s_silence.TotalSeconds:0}";
        yield return new Verdict(
            ProblemCode.NothingHeard, [$"{evidence.Adapter}: link up, no ARP, DHCP or TFTP from the device in {seconds} s"], ("seconds", seconds), ("button", button));
    }
}

/// <summary>
/// The carrier comes and goes. A device that starts lets it fall once or twice (reset, then the boot loader's own set-up of the switch), so
/// three times in a row without a file in between is more than that.
/// </summary>
internal sealed class LinkFlappingRule : IVerdictRule
{
    private const int MostByStarting = 2;
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(20);

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.CompleteAt is not null)
            yield break;
        // While a file is loaded none is right: a device that restarts gives it up, one with a bad plug goes on with it.
        int during = evidence.Attempts.LastOrDefault(a => a.Ended is null && a.Answered) is AttemptEvidence running && running.LastProgress > running.Began
            ? evidence.Link.Drops.Count(drop => drop > running.Began && drop < running.LastProgress) : 0;
        int drops = evidence.Link.DropsSince(now - s_window);
        if (drops <= MostByStarting && during < MostByStarting)
            yield break;
        List<string> seen = [$"{evidence.Adapter}: the link fell {Math.Max(drops, during)} times in {s_window.TotalSeconds:0} s"];
        if (evidence.Link.AddressLost.Count > 0)
            seen.Add("this PC lost its address with it");
        yield return new Verdict(ProblemCode.LinkFlapping, seen, ("adapter", evidence.Adapter));
    }
}

/// <summary>Somebody took our address from the adapter, while the link was up.</summary>
internal sealed class AddressLostRule : IVerdictRule
{
    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.Link.AddressLost.Count > 0)
            yield return new Verdict(ProblemCode.AddressLost, [$"the address was gone from {evidence.Adapter} {Times(evidence.Link.AddressLost.Count)}"], ("adapter", evidence.Adapter));
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}

/// <summary>The adapter counts frames that came broken.</summary>
internal sealed class DamagedFramesRule : IVerdictRule
{
    /// <summary>A plug that is pushed in makes a few.</summary>
    private const long MostByPlugging = 10;

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.Link.Damaged is long count and > MostByPlugging)
            yield return new Verdict(ProblemCode.DamagedFrames, [$"{evidence.Adapter}: {count:N0} damaged frames or collisions since this run began"], ("adapter", evidence.Adapter));
    }
}

/// <summary>This PC sends multicast into the middle of a transfer; harmless, but some consoles print "checksum bad" for it.</summary>
internal sealed class MulticastNoiseRule : IVerdictRule
{
    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.Noise >= 2)
            yield return new Verdict(ProblemCode.MulticastNoise, [$"{evidence.Adapter}: {evidence.Noise} multicast packets of this PC while the file was loaded"]);
    }
}
