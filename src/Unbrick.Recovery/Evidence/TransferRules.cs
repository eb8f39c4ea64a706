using System.Globalization;
using Unbrick.Core.Text;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Evidence;

/// <summary>Why a device began again from the first block.</summary>
internal sealed class RestartRule : IVerdictRule
{
    /// <summary>Between two tries of the same boot loader; longer ago was another evening.</summary>
    private static readonly TimeSpan s_sameStory = TimeSpan.FromMinutes(3);

    /// <summary>U-Boot gives up when its tenth time-out is over; one of them may not be seen from here.</summary>
    private const int LivesOfTheDead = 1;

    /// <summary>Its tries end here or one block beside, however much of the file was sent in between.</summary>
    private const int SameBlock = 1;

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        AttemptEvidence[] tries = [.. Failed(evidence)];
        if (tries.Length == 0)
            yield break;
        AttemptEvidence last = tries[^1];
        AttemptEvidence? next = evidence.Attempts.FirstOrDefault(a => a.Began >= last.Began && a != last && a.Peer.Address.Equals(last.Peer.Address));
        if (next is null || next.Began - last.LastProgress > s_sameStory)
            yield break;
        string peer = $"{last.Peer.Address}";
        string began = $"{peer} began again after block {Number(last.Report!.Block)} of {Number(last.Report.Blocks)}";
        if (SameBlockTwice(tries, evidence, now) is (long block, int times))
        {
            yield return new Verdict(
                ProblemCode.SameBlock, [$"{peer} stopped {times} times at block {Number(block)} of {Number(last.Report.Blocks)}"],
                ("block", Number(block)), ("bytes", ByteText.Exact(block * BlockSizeOf(last.Report))));
        }
        else if (evidence.Link.Drops.Any(drop => drop >= last.Began && drop <= next.Began))
        {
            yield return new Verdict(ProblemCode.DeviceRebooted, [began, "its link fell in between"]);
        }
        else if (last.Report.LivesLeft <= LivesOfTheDead && last.Report.Stalls.Count(s => s.Pause >= TransferStall.Shortest) >= 2)
        {
            yield return new Verdict(
                ProblemCode.LivesUsedUp,
                [began, $"pauses of {string.Join(", ", last.Report.Stalls.TakeLast(6).Select(s => $"{s.Pause.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s"))} before that"]);
        }
    }

    /// <summary>Tries that ended without the whole file after at least one block.</summary>
    private static IEnumerable<AttemptEvidence> Failed(WireEvidence evidence) =>
        evidence.Attempts.Where(a => a is { Ended: not null, Complete: false, Report: { Block: > 0, Outcome: TransferOutcome.Restarted or TransferOutcome.Silent } });

    private static (long Block, int Times)? SameBlockTwice(AttemptEvidence[] tries, WireEvidence evidence, TimeSpan now)
    {
        AttemptEvidence last = tries[^1];
        long block = last.Report!.Block;
        IEnumerable<AttemptEvidence> others = tries.Take(tries.Length - 1);
        // A third try that stands at the same place right now counts, too.
        if (evidence.Attempts[^1] is { Ended: null, Answered: true, Report: not null } running && now - running.LastProgress >= TimeSpan.FromSeconds(4))
            others = others.Append(running);
        int times = 1 + others.Count(a => Math.Abs(a.Report!.Block - block) <= SameBlock && a.Peer.Address.Equals(last.Peer.Address));
        return times >= 2 ? (block + 1, times) : null;
    }

    private static long BlockSizeOf(TransferReport report) => report.Blocks > 1 ? report.Total / (report.Blocks - 1) : report.Total;

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>
/// Pauses that come at regular places, or with every block: the device writes its flash while it loads. A line that fails does so at any place.
/// </summary>
internal sealed class SlowFlashRule : IVerdictRule
{
    private const int StallsNeeded = 3;

    /// <summary>Smallest erase block of a chip that is written in passing.</summary>
    private const long EraseBlock = 64 << 10;

    /// <summary>
    /// One erase block of NOR flash takes less than this (W25Q128 data sheet: 64 KiB in 2 s at the most). What is gone for longer may be the line, too,
    /// and outages by the clock look regular: then the places have to fit the chip.
    /// </summary>
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(4.5);

    private static bool IsEraseBlocks(long[] gaps, TransferReport report)
    {
        double bytes = gaps.Average() * report.Total / Math.Max(1, report.Blocks - 1);
        double blocks = bytes / EraseBlock;
        return blocks >= 0.98 && Math.Abs(blocks - Math.Round(blocks)) <= 0.02 && Regularity.IsRegular(gaps, 0.03);
    }

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.Attempts is not [.., { Report: TransferReport report } last] || last.Complete)
            yield break;
        TransferStall[] stalls = [.. report.Stalls.Where(s => s.Block > 0)];
        if (stalls.Length < StallsNeeded || report.LossPlaces.Count > stalls.Length * 2)
            yield break;
        long[] gaps = [.. stalls.Zip(stalls.Skip(1), (a, b) => b.Block - a.Block)];
        bool likeErasing = stalls.All(s => s.Pause < s_busy) && Regularity.IsRegular(gaps, 0.3);
        if (!likeErasing && !IsEraseBlocks(gaps, report))
            yield break;
        string every = gaps.Average() < 1.5 ? "each block" : $"every {gaps.Average().ToString("0", CultureInfo.InvariantCulture)} blocks";
        yield return new Verdict(
            ProblemCode.SlowFlash,
            [$"{last.Peer}: a pause after {every}, {stalls.Length} so far, the longest {stalls.Max(s => s.Pause).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s, and then it goes on"]);
    }
}

/// <summary>
/// The device said nothing for longer than three of U-Boot's own time-outs, at each of which it would repeat its last answer. The transfer is kept
/// open all the same.
/// </summary>
internal sealed class SilentDeviceRule : IVerdictRule
{
    private static readonly TimeSpan s_threeTimeouts = TimeSpan.FromSeconds(16);

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.Attempts is not [.., { Ended: null, Answered: true, Report: { Block: > 0 } report } last]
            || now - last.LastProgress < s_threeTimeouts || evidence.Stall is { Came: > 0 } || report.Block >= report.Blocks - 1)
            yield break;
        yield return new Verdict(
            ProblemCode.DeviceSilent, [$"{last.Peer}: nothing since block {report.Block.ToString("N0", CultureInfo.InvariantCulture)}, for {(now - last.LastProgress).TotalSeconds:0} s"],
            ("block", (report.Block + 1).ToString("N0", CultureInfo.InvariantCulture)), ("blocks", report.Blocks.ToString("N0", CultureInfo.InvariantCulture)),
            ("percent", report.Total == 0 ? "0" : (report.Done * 100 / report.Total).ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>
/// The device asked again from another port with fewer options, or with none, because it did not like our answer to the first. The request is then
/// answered as it is; nothing is left to do.
/// </summary>
internal sealed class OptionsRule : IVerdictRule
{
    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        for (int i = 1; i < evidence.Attempts.Count; i++)
        {
            AttemptEvidence before = evidence.Attempts[i - 1], after = evidence.Attempts[i];
            bool same = before.Peer.Address.Equals(after.Peer.Address) && before.Name == after.Name && before.Peer.Port != after.Peer.Port;
            if (!same || before.Answered || after.Options.Count >= before.Options.Count)
                continue;
            string options = string.Join(", ", before.Options.Select(o => $"{o.Key} {o.Value}"));
            yield return new Verdict(
                ProblemCode.OptionsRefused, [$"{after.Peer.Address} asked with {options}, then again with {(after.Options.Count == 0 ? "none" : after.Options.Count)}"], ("options", options));
            yield break;
        }
    }
}

/// <summary>A BOOTP client that goes on asking although it was answered.</summary>
internal sealed class OfferRule : IVerdictRule
{
    private const int Answers = 3;

    public IEnumerable<Verdict> Judge(WireEvidence evidence, TimeSpan now)
    {
        if (evidence.Attempts.Count == 0 && evidence.MostBootpReplies is (string mac, int count) && count >= Answers)
            yield return new Verdict(ProblemCode.OfferNotTaken, [$"{mac} was answered {count} times by BOOTP and asks on"], ("times", $"{count} times so far"));
    }
}

/// <summary>Whether something comes at equal distances.</summary>
internal static class Regularity
{
    /// <summary>Standard deviation below <paramref name="share"/> of the mean; false for fewer than two distances.</summary>
    public static bool IsRegular(IReadOnlyList<long> gaps, double share)
    {
        if (gaps.Count < 2)
            return false;
        double mean = gaps.Average();
        double deviation = Math.Sqrt(gaps.Sum(g => (g - mean) * (g - mean)) / gaps.Count);
        return mean > 0 && deviation <= mean * share;
    }

    /// <summary>The distance at which losses come; null when they come at random, or are too few to tell.</summary>
    public static double? PeriodOf(IReadOnlyList<long> places)
    {
        long[] gaps = [.. places.Zip(places.Skip(1), (a, b) => b - a)];
        return gaps.Length >= 6 && gaps.Average() > 2 && IsRegular(gaps, 0.25) ? gaps.Average() : null;
    }
}
