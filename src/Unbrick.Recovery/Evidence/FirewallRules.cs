using System.Net;
using Unbrick.Net.Firewalls;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Evidence;

/// <summary>A request that the raw capture heard and no socket got: this PC's firewall.</summary>
/// <param name="find">Names the rule; null when it cannot be found out.</param>
internal sealed class FirewallRequestRule(Func<FirewallPacket, FirewallRule?> find) : IVerdictRule
{
    /// <summary>Both hear it within microseconds; a busy loop may be late for one of them.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(0.8);

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        foreach (HeardRequest request in evidence.Requests)
        {
            bool due = now - request.At >= s_late;
            if (!due || (evidence.SocketHeard(request.From) is TimeSpan at && at >= request.At - s_late))
                continue;
            // Without a way back to its sender the system drops a packet by itself; and a port that others get through to is not closed.
            if (!evidence.IsNear(request.From.Address) || evidence.TftpHeard >= request.At && request.To.Port == WireEvidence.TftpPort)
                continue;
            FirewallPacket packet = new(true, evidence.Adapter, request.From, request.To, "new");
            yield return FirewallText.Of(
                find(packet), $"packets to UDP port {request.To.Port}",
                $"{request.From} sent a packet to port {request.To.Port}; it came in on {evidence.Adapter}, and this program never got it", evidence.Adapter);
            yield break;
        }
    }
}

/// <summary>
/// A transfer that does not get going, or stands still: our packets do not leave this PC, the answers come and are taken away here, or the device
/// does not get what leaves.
/// </summary>
/// <param name="find">Names the rule; null when it cannot be found out.</param>
internal sealed class LostAnswersRule(Func<FirewallPacket, FirewallRule?> find) : IVerdictRule
{
    /// <summary>In this time a waiting transfer has been sent several times, and any answer has been read.</summary>
    private static readonly TimeSpan s_listen = TimeSpan.FromSeconds(0.8);

    /// <summary>A socket has read what came before this.</summary>
    private static readonly TimeSpan s_read = TimeSpan.FromSeconds(0.3);

    private const int ArpNeeded = 2;

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.Stall is not StallEvidence stall
            || evidence.Attempts.LastOrDefault(a => a.Ended is null && a.Peer.Equals(stall.Peer)) is not AttemptEvidence attempt)
            yield break;
        if (stall.FirstCame is TimeSpan came && now - came >= s_read && stall.LastCame is var (from, to) && attempt.LastHeard < stall.Since)
        {
            yield return FirewallText.Of(
                find(new FirewallPacket(true, evidence.Adapter, from, to, "established")), $"packets to UDP port {to.Port}, where the transfer runs",
                $"{from} answers to port {to.Port}; its packets came in on {evidence.Adapter}, and this program never got them", evidence.Adapter);
            yield break;
        }
        if (now - stall.Since < s_listen)
            yield break;
        if (stall is { Left: 0, Came: 0 } && stall.ArpAsked < ArpNeeded && !attempt.Answered)
        {
            IPEndPoint own = new(evidence.Own.FirstOrDefault() ?? IPAddress.Any, 0);
            yield return FirewallText.Of(
                find(new FirewallPacket(false, evidence.Adapter, own, attempt.Peer, "new")), $"packets to {attempt.Peer}",
                $"the answer to {attempt.Peer} was sent several times and never left {evidence.Adapter}", evidence.Adapter);
        }
        else if (!attempt.Answered && attempt.Repeats > 0 && stall.Came == 0)
        {
            string seen = stall.Left == 0
                ? $"this PC asks who has {attempt.Peer.Address} and gets no answer"
                : $"{stall.Left} packets left for {attempt.Peer} in {(now - stall.Since).TotalSeconds:0} s, none was answered";
            yield return new Verdict(
                ProblemCode.AnswersLost, [$"{attempt.Peer} asked for the same file {attempt.Repeats + 1} times", seen], ("adapter", evidence.Adapter));
        }
    }
}

/// <summary>The words of a firewall's verdict.</summary>
internal static class FirewallText
{
    private const string Unknown = "the firewall of this PC; its rules could not be read";

    public static Verdict Of(FirewallRule? rule, string what, string seen, string adapter) => new(
        ProblemCode.Firewall,
        rule is null ? [seen] : [seen, $"{rule.Program}: {rule.Text}"],
        ("what", what), ("owner", rule?.Program ?? Unknown), ("cure", rule?.Cure ?? "see: unbrick explain firewall"), ("adapter", adapter));
}
