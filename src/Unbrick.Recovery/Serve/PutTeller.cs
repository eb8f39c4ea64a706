using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>Turns the facts of a <see cref="TftpPut"/> into events and verdicts, in the shape that those of serving have.</summary>
/// <param name="events">Where it is said.</param>
/// <param name="adapter">The adapter's name, for advice.</param>
/// <param name="imageName">The image's own name.</param>
/// <param name="deviceId">The device's id for commands, or NAME.</param>
/// <param name="diagnosis">Collects the problems for the result.</param>
internal sealed class PutTeller(IEventSink events, string adapter, string imageName, string deviceId, Diagnosis diagnosis)
{
    /// <summary>Below this a lost packet or two is nobody's concern.</summary>
    private const double WorthTelling = 0.002;

    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(5);

    private long _told = -1, _from;
    private TimeSpan _since;
    private double _rate;
    private int _restarts;

    /// <summary>One fact.</summary>
    public void Tell(TftpPutReport report)
    {
        switch (report)
        {
            case TftpPutReport.Started started:
                (_told, _from, _since, _rate) = (-1, 0, TimeSpan.Zero, 0);
                string blocks = started.BlockSize == TftpWire.DefaultBlockSize ? "" : $", blocks of {started.BlockSize}";
                events.Publish(new Wire("request", started.Peer.ToString(),
                    $"takes {SafeText.Show(started.Request.Name)} (request {started.Asked:N0}{blocks})"));
                break;
            case TftpPutReport.OptionsRefused refused:
                events.Publish(new Wire("refused", refused.Peer.ToString(),
                    $"does not like the options: ERROR {Text((int)refused.Code)} \"{refused.Text}\"; asked without"));
                break;
            case TftpPutReport.Refused refused:
                events.Publish(new Wire("refused", refused.Peer.ToString(),
                    $"ERROR {Text((int)refused.Code)} \"{refused.Text}\"{(refused.Final ? "" : "; asking again")}"));
                break;
            case TftpPutReport.Paused paused:
                events.Publish(new Wire("silence", paused.Transfer.Peer.ToString(),
                    $"no answer to block {paused.Transfer.Block + 1:N0} of {paused.Transfer.Blocks:N0}; still trying, and asking anew in case it has started again"));
                break;
            case TftpPutReport.Resumed resumed:
                events.Publish(new Wire("request", resumed.Transfer.Peer.ToString(), $"was only slow: goes on at block {resumed.Transfer.Block + 1:N0}"));
                break;
            case TftpPutReport.Confirmed confirmed:
                events.Publish(new Wire("request", confirmed.Peer.ToString(), "acknowledged the last block after all"));
                break;
            case TftpPutReport.Ended ended:
                TellEnded(ended.Transfer);
                break;
        }
    }

    /// <summary>The state of the transfer under way; called some times a second.</summary>
    public void TellProgress(TransferReport report)
    {
        if (report.Done == _told)
            return;
        _told = report.Done;
        double seconds = (report.Elapsed - _since).TotalSeconds;
        if (seconds >= 1 || (seconds > 0 && _rate == 0))
        {
            _rate = (report.Done - _from) / seconds;
            (_from, _since) = (report.Done, report.Elapsed);
        }
        events.Publish(new Progress(
            report.Peer.ToString(), imageName, report.Done, report.Total, Math.Round(_rate), report.Resent, report.Loss.ToDevice,
            report.Loss.FromDevice, LivesLeft: null));
    }

    /// <summary>The device looked at the whole image and said no.</summary>
    public void TellImageRefused(IPEndPoint peer, TftpErrorCode code, string text) => Found(
        ProblemCode.PutImageRefused, [$"{peer}: ERROR {Text((int)code)} \"{text}\" after the last block"],
        ("number", Text((int)code)), ("text", text), ("device", deviceId));

    private void TellEnded(TransferReport report)
    {
        string peer = report.Peer.ToString();
        events.Publish(new TransferEnded(
            peer, SafeText.Show(report.Request.Name), imageName, report.Done, Math.Round(report.Elapsed.TotalSeconds, 3), Outcome(report.Outcome),
            report.Resent, report.Loss.ToDevice, report.Loss.FromDevice, "unknown", LivesLeft: null));
        switch (report.Outcome)
        {
            case TransferOutcome.Silent:
                Found(ProblemCode.DeviceSilent, [.. Evidence(report), $"no answer for the last {report.LongestStall.TotalSeconds:0} s"],
                    ("block", $"{report.Block + 1:N0}"), ("blocks", $"{report.Blocks:N0}"), ("percent", Percent(report)));
                break;
            case TransferOutcome.Restarted:
                _restarts++;
                Found(ProblemCode.DeviceRestarted, [$"{peer} took {report.Block:N0} of {report.Blocks:N0} blocks and then listened for the file again"],
                    ("times", _restarts == 1 ? "once so far" : $"{_restarts} times so far"));
                break;
            case TransferOutcome.ClientError when report.Block < report.Blocks - 1:
                Found(ProblemCode.DeviceError, Evidence(report), ("number", Text((int)report.ErrorCode)), ("text", report.ErrorText));
                break;
        }
        if (report.BlockZeroResent)
            Found(ProblemCode.BlockZeroResent, Evidence(report), ("block", $"{65536:N0}"));
        if (report.Resent >= 3 && Math.Max(report.Loss.ToDevice, report.Loss.FromDevice) >= WorthTelling)
        {
            Found(ProblemCode.LineLoss, Evidence(report),
                ("to_device", Tenths(report.Loss.ToDevice)), ("from_device", Tenths(report.Loss.FromDevice)), ("adapter", adapter));
        }
    }

    private static ImmutableArray<string> Evidence(TransferReport report)
    {
        string seen = $"{report.Peer}: {report.Block:N0} of {report.Blocks:N0} blocks acknowledged in {report.Elapsed.TotalSeconds:0.0} s, {report.Resent:N0} packets sent again";
        return report.LongestStall >= s_stall ? [seen, $"longest silence {report.LongestStall.TotalSeconds:0.0} s"] : [seen];
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

    private static string Percent(TransferReport report) =>
        report.Total == 0 ? "0" : (report.Done * 100 / report.Total).ToString(CultureInfo.InvariantCulture);

    private static string Tenths(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
