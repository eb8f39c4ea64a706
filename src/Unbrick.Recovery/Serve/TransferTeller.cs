using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Evidence;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>Turns the facts of the TFTP server into events and verdicts for the user: each thing once, floods with a count.</summary>
/// <param name="events">Where it is said.</param>
/// <param name="adapter">The adapter's name, for advice.</param>
/// <param name="have">What is served, in words, for a device that asks for something else.</param>
/// <param name="diagnosis">Collects the problems for the result.</param>
internal sealed class TransferTeller(IEventSink events, string adapter, Func<string, string> have, Diagnosis diagnosis)
{
    /// <summary>Below this a lost packet or two is nobody's concern.</summary>
    private const double WorthTelling = 0.002;

    /// <summary>In the middle of a transfer, when the rate is not known well yet.</summary>
    private const double SurelyWorthTelling = 0.01;

    private const int PlacesBeforeTheEnd = 7;

    private const int FewLives = 3;

    /// <summary>More transfers than this at a time are not shown one by one.</summary>
    private const int MostShown = 8;

    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    private readonly FloodGate _flood = new();
    private readonly Dictionary<IPAddress, int> _restarts = [];
    private readonly List<(string Peer, string Name, int Times)> _untold = [];
    private readonly Dictionary<IPEndPoint, Told> _told = [];

    /// <summary>What was said about a running transfer already.</summary>
    private sealed class Told
    {
        private long _from;
        private TimeSpan _since;

        public long Done { get; set; } = -1;

        public bool Silence { get; set; }

        public bool FewLives { get; set; }

        public bool Loss { get; set; }

        /// <summary>When the last answer came, since the request.</summary>
        public TimeSpan LastAnswer { get; private set; }

        public double Rate { get; private set; }

        /// <summary>Over shorter times than a second the rate jumps with every lost packet.</summary>
        public void Measure(long done, TimeSpan elapsed)
        {
            LastAnswer = elapsed;
            double seconds = (elapsed - _since).TotalSeconds;
            if (seconds <= 0 || (seconds < 1 && Rate > 0))
                return;
            Rate = (done - _from) / seconds;
            (_from, _since) = (done, elapsed);
        }
    }

    /// <summary>One fact.</summary>
    public void Tell(TftpReport report)
    {
        switch (report)
        {
            case TftpReport.Started started:
                TellStarted(started);
                break;
            case TftpReport.Refused refused:
                TellRefused(refused);
                break;
            case TftpReport.Repeated repeated when _flood.Passes($"repeat {repeated.Peer}", out int times):
                events.Publish(new Wire("request", repeated.Peer.ToString(),
                    $"asks for {SafeText.Show(repeated.Request.Name)} again{Times(times)}: it has not heard the answer, which was sent once more"));
                break;
            case TftpReport.Malformed malformed when _flood.Passes($"malformed {malformed.Peer.Address}", out int times):
                events.Publish(new Wire("refused", malformed.Peer.ToString(), $"sent something that is no TFTP request ({Words(malformed.Fault)}){Times(times)}"));
                break;
            case TftpReport.Ended ended:
                TellEnded(ended.Transfer);
                break;
        }
    }

    /// <summary>The state of the transfers under way; called some times a second.</summary>
    public void TellProgress(IReadOnlyCollection<TftpTransfer> transfers, TimeSpan now)
    {
        foreach (TftpTransfer transfer in transfers.Take(MostShown))
        {
            if (!_told.TryGetValue(transfer.Peer, out Told? told))
                continue;
            TransferReport report = transfer.Report(now);
            if (report.Done != told.Done)
            {
                (told.Done, told.Silence) = (report.Done, false);
                told.Measure(report.Done, report.Elapsed);
                events.Publish(new Progress(
                    report.Peer.ToString(), report.SentAs, report.Done, report.Total, Math.Round(told.Rate), report.Resent,
                    report.Loss.ToDevice, report.Loss.FromDevice, report.LivesLeft));
            }
            else if (!told.Silence && now - transfer.LastProgress >= s_silence)
            {
                told.Silence = true;
                events.Publish(new Wire("silence", report.Peer.ToString(),
                    $"no answer to block {report.Block + 1:N0} of {report.Blocks:N0} for {(now - transfer.LastProgress).TotalSeconds:0} s; still trying"));
            }
            if (!told.Loss && report.LossPlaces.Count >= PlacesBeforeTheEnd && Worst(report) >= SurelyWorthTelling)
            {
                told.Loss = true;
                TellLoss(report);
            }
            if (!told.FewLives && report.LivesLeft is <= FewLives and > 0)
            {
                told.FewLives = true;
                Found(ProblemCode.LivesLow, Evidence(report), ("left", Text(report.LivesLeft.Value)));
            }
        }
    }

    private void TellStarted(TftpReport.Started started)
    {
        string peer = started.Peer.ToString();
        if (_told.Count < 4096)
            _told[started.Peer] = new Told();
        if (!_flood.Passes($"start {started.Peer.Address}", out int times, every: 64))
            return;
        string gets = started.SentAs == started.Request.Name ? "" : $" -> gets {SafeText.Show(started.SentAs)}";
        events.Publish(new Wire("request", peer, started.Request.ToString() + gets + Times(times)));
        if (!started.Again)
            return;
        int restarts = _restarts[started.Peer.Address] = _restarts.GetValueOrDefault(started.Peer.Address) + 1;
        if (_untold.Count < MostShown)
            _untold.Add((peer, SafeText.Show(started.Request.Name), restarts));
    }

    /// <summary>Says who began again, if nobody has found out why meanwhile.</summary>
    public void TellRestarts()
    {
        foreach ((string peer, string name, int times) in _untold)
            Found(ProblemCode.DeviceRestarted, [$"{peer} asked for {name} again"], ("times", times == 1 ? "once so far" : $"{times} times so far"));
        _untold.Clear();
    }

    private void TellRefused(TftpReport.Refused refused)
    {
        string peer = refused.Peer.ToString(), name = SafeText.Show(refused.Request.Name);
        if (!_flood.Passes($"refused {refused.Request.Opcode} {refused.Request.Name}", out int times))
            return;
        events.Publish(new Wire("refused", peer, $"{refused.Request}: refused, \"{SafeText.Show(refused.Message)}\"{Times(times)}"));
        if (times > 1)
            return;
        if (refused.Request.Opcode == TftpOpcode.Wrq)
            Found(ProblemCode.UploadRefused, [$"{peer} sent a write request: {refused.Message}"], ("name", name));
        else if (refused.Code == TftpErrorCode.NotFound)
            Found(ProblemCode.NameNotFound, [$"{peer} asked for {name}"], ("asked", name), ("have", have(refused.Request.Name)));
    }

    private void TellEnded(TransferReport report)
    {
        _told.Remove(report.Peer, out Told? told);
        string peer = report.Peer.ToString();
        events.Publish(new TransferEnded(
            peer, SafeText.Show(report.Request.Name), SafeText.Show(report.SentAs), report.Done, Math.Round(report.Elapsed.TotalSeconds, 3),
            Outcome(report.Outcome), report.Resent, report.Loss.ToDevice, report.Loss.FromDevice, Loader(report.Loader), report.LivesLeft)
        {
            Upload = report.Request.Opcode == TftpOpcode.Wrq,
        });
        switch (report.Outcome)
        {
            case TransferOutcome.Silent:
                TimeSpan silence = report.Elapsed - (told?.LastAnswer ?? TimeSpan.Zero);
                Found(ProblemCode.DeviceSilent, [.. Evidence(report), $"no answer for the last {silence.TotalSeconds:0} s"],
                    ("block", $"{report.Block + 1:N0}"), ("blocks", $"{report.Blocks:N0}"), ("percent", Percent(report.Done, report.Total)));
                break;
            case TransferOutcome.ClientError when report.ErrorCode == TftpErrorCode.Options:
                Found(ProblemCode.OptionsRefused, [$"{peer}: ERROR 8 \"{report.ErrorText}\""],
                    ("options", string.Join(", ", report.Request.Options.Select(o => $"{o.Key} {o.Value}"))));
                break;
            case TransferOutcome.ClientError:
                Found(ProblemCode.DeviceError, Evidence(report), ("number", Text((int)report.ErrorCode)), ("text", report.ErrorText));
                break;
        }
        if (report.BlockZeroResent)
            Found(ProblemCode.BlockZeroResent, Evidence(report), ("block", $"{65536:N0}"));
        if (report.Resent >= 3 && Worst(report) >= WorthTelling)
            TellLoss(report);
    }

    private void TellLoss(TransferReport report)
    {
        string pattern = Regularity.PeriodOf(report.LossPlaces) is double period
            ? $"losses at equal distances, about every {period.ToString("0", CultureInfo.InvariantCulture)} blocks: not chance, but a limit or a clock somewhere on the way"
            : report.LossPlaces.Count >= 6 ? "losses at random places, as a cable makes them" : "";
        Found(ProblemCode.LineLoss, pattern.Length == 0 ? Evidence(report) : [.. Evidence(report), pattern],
            ("to_device", Tenths(report.Loss.ToDevice)), ("from_device", Tenths(report.Loss.FromDevice)), ("adapter", adapter));
    }

    private static double Worst(TransferReport report) => Math.Max(report.Loss.ToDevice, report.Loss.FromDevice);

    private static ImmutableArray<string> Evidence(TransferReport report)
    {
        List<string> seen =
        [
            $"{report.Peer}: {report.Block:N0} of {report.Blocks:N0} blocks acknowledged in {report.Elapsed.TotalSeconds:0.0} s, {report.Resent:N0} packets sent again",
        ];
        if (report.LongestStall >= s_silence)
            seen.Add($"longest silence {report.LongestStall.TotalSeconds:0.0} s");
        if (report.LivesLeft is int left && left < 10)
            seen.Add($"its boot loader has {left} of 10 time-outs left");
        return [.. seen];
    }

    private void Found(string code, IEnumerable<string> seen, params ReadOnlySpan<(string, string)> values) =>
        diagnosis.Add(ProblemCatalogue.Create(code, seen, values));

    private static string Outcome(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Complete => "complete",
        TransferOutcome.ProbablyComplete => "probably-complete",
        TransferOutcome.Restarted => "restarted",
        _ => "failed",
    };

    private static string Loader(LoaderKind kind) => kind switch
    {
        LoaderKind.UBootLegacy => "u-boot-legacy",
        LoaderKind.UBootStrict => "u-boot-strict",
        LoaderKind.Rfc => "rfc",
        _ => "unknown",
    };

    private static string Words(TftpRequestFault fault) => fault switch
    {
        TftpRequestFault.Unterminated => "cut off",
        TftpRequestFault.UnknownMode => "unknown mode",
        TftpRequestFault.TooLong => "too long",
        _ => "not a request",
    };

    private static string Times(int times) => times > 1 ? $" ({times:N0} times)" : "";

    private static string Percent(long done, long total) => total == 0 ? "0" : (done * 100 / total).ToString(CultureInfo.InvariantCulture);

    private static string Tenths(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
