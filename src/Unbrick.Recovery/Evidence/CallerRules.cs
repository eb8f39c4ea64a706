using System.Net;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Serve;

namespace Unbrick.Recovery.Evidence;

/// <summary>
/// The device runs its own system in place of its boot loader's recovery: on its LAN side it is a router (advertisements, DHCP answers), on its
/// WAN side a client that asks for an address.
/// </summary>
internal sealed class BootedRule : IVerdictRule
{
    /// <summary>Of those that other things on a switch show, too.</summary>
    private const int WeakSignsNeeded = 2;

    /// <summary>
    /// A router announces its address at its LAN sockets before anything else; some then ask for an address there, too, to find out whether
    /// another router is near.
    /// </summary>
    private static bool IsRouter(Dictionary<FirmwareSign, string> signs) =>
        signs.ContainsKey(FirmwareSign.RouterAdvertisement) || signs.ContainsKey(FirmwareSign.DhcpServer)
        || (signs.Count >= WeakSignsNeeded && (signs.ContainsKey(FirmwareSign.Announcement) || !signs.ContainsKey(FirmwareSign.DhcpClient)));

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.CompleteAt is not null || evidence.Attempts.Count > 0 || evidence.Callers.Any(c => c.LastRequest is not null))
            yield break;
        foreach (CallerEvidence caller in evidence.Callers)
        {
            List<string> seen = [.. caller.Signs.Values.Select(sign => $"{MacText.Show(caller.Mac)} {sign}")];
            if (IsRouter(caller.Signs))
                yield return new Verdict(ProblemCode.BootedNormally, seen);
            else if (caller.Signs.ContainsKey(FirmwareSign.DhcpClient))
                yield return new Verdict(ProblemCode.WrongSocket, seen);
        }
    }
}

/// <summary>The device found out who we are, or tries to, and never asks for a file.</summary>
internal sealed class NoRequestRule : IVerdictRule
{
    /// <summary>U-Boot asks again after 5 s (net/arp.c, ARP_TIMEOUT); whoever got an answer does not.</summary>
    private const int AskedAgain = 2;

    private static readonly TimeSpan s_betweenQuestions = TimeSpan.FromSeconds(2), s_requestFollows = TimeSpan.FromSeconds(1.2), s_afterOne = TimeSpan.FromSeconds(10);

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.CompleteAt is not null || evidence.Attempts.Count > 0)
            yield break;
        foreach (CallerEvidence caller in evidence.Callers.Where(c => c.LastRequest is null))
        {
            foreach ((IPAddress wanted, ArpQuestion question) in caller.Questions)
            {
                if (!evidence.Own.Contains(wanted))
                    continue;
                bool again = question.Count >= AskedAgain && question.Last - question.First >= s_betweenQuestions && now - question.Last >= s_requestFollows;
                bool silent = now - question.Last >= s_afterOne && caller.Last == question.Last;
                if (again || silent)
                    yield return Tell(caller, wanted, question, evidence, again, now);
            }
        }
    }

    private static Verdict Tell(CallerEvidence caller, IPAddress wanted, ArpQuestion question, WireEvidence evidence, bool again, TimeSpan now)
    {
        List<string> seen = [$"{MacText.Show(caller.Mac)} asked {question.Count} {(question.Count == 1 ? "time" : "times")} who has {wanted}, and for nothing else since {(now - question.Last).TotalSeconds:0} s"];
        if (again)
            seen.Add(evidence.ArpAnswersLeft > 0 ? "this PC answers each time; the answer does not reach it" : "this PC does not answer: something here keeps it from doing so");
        return new Verdict(ProblemCode.NoRequest, seen, ("address", $"{wanted}"));
    }
}

/// <summary>Somebody else on the cable has our address.</summary>
internal sealed class DuplicateAddressRule : IVerdictRule
{
    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.OtherOwner is var (address, mac))
            yield return new Verdict(ProblemCode.AddressDuplicate, [$"{MacText.Show(mac)} says it has {address}"], ("address", $"{address}"), ("mac", MacText.Show(mac)));
    }
}
