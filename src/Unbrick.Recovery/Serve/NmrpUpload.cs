using System.Net;
using Unbrick.Core.Events;
using Unbrick.Core.Text;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>One TFTP transfer to a device that asked for it by NMRP, with everything it says.</summary>
internal sealed class NmrpUpload : IDisposable
{
    /// <summary>The device's TFTP port.</summary>
    private const int TftpPort = 69;

    private readonly IEventSink _events;
    private readonly Diagnosis _diagnosis;
    private readonly INetworkStack _stack;
    private readonly Action<bool> _onProgress;
    private readonly TftpPut _put;
    private readonly TftpPutHost _host;
    private readonly TransferTeller _teller;
    private readonly string _name;
    private NmrpUploadEnd? _end;
    private bool _disposed;
    private long _told = -1, _from;
    private TimeSpan _since;
    private double _rate;

    /// <summary>Asks at once. Throws <see cref="NetworkException"/>.</summary>
    public NmrpUpload(IEventSink events, Diagnosis diagnosis, INetworkStack stack, in Target target, Action<bool> onProgress)
    {
        (_events, _diagnosis, _stack, _onProgress, _name) = (events, diagnosis, stack, onProgress, target.Name);
        _teller = new TransferTeller(events, target.Adapter.Name, _ => "", diagnosis);
        _put = new TftpPut(
            new TftpPutOptions { Name = target.Name }, target.Plan.Serve.Image!.Value, new IPEndPoint(target.Plan.Device, TftpPort));
        _host = new TftpPutHost(stack, _put, target.Plan.Own.Address, target.Adapter, OnReport);
        _host.Ask();
    }

    /// <summary>What goes where.</summary>
    public readonly record struct Target(NmrpPlan Plan, string Name, NetworkAdapter Adapter);

    /// <summary>When <see cref="Tick"/> must be called at the latest.</summary>
    public TimeSpan NextDue => _host.NextDue;

    /// <summary>The numbers of the last transfer; null before one began.</summary>
    public TransferReport? Report { get; private set; }

    /// <summary>Fires what is due, and tells the device's progress to whoever waits for it.</summary>
    public void Tick()
    {
        _host.Tick();
        if (!_put.Underway || Report is null)
            return;
        TransferReport now = _put.Report(_stack.Now);
        if (now.Block != Report.Block)
            _onProgress(_put.AllSent);
        Report = now;
    }

    /// <summary>How it ended, once.</summary>
    public NmrpUploadEnd? TakeEnd()
    {
        NmrpUploadEnd? end = _end;
        _end = null;
        return end;
    }

    /// <summary>The device goes on as after a whole file: what is missing is its last answer.</summary>
    public void Confirm()
    {
        if (_put is { AllSent: true, State: TftpPutState.Sending })
            _host.Ask(); // at the end of a file that ends it as probably complete
    }

    /// <summary>How far it is, for the user.</summary>
    public void TellProgress(TimeSpan now)
    {
        if (!_put.Underway || Report is not TransferReport report || report.Done == _told)
            return;
        double seconds = (report.Elapsed - _since).TotalSeconds;
        if (seconds >= 1 || _rate == 0)
        {
            _rate = seconds > 0 ? (report.Done - _from) / seconds : 0;
            (_from, _since) = (report.Done, report.Elapsed);
        }
        _told = report.Done;
        _events.Publish(new Progress(
            report.Peer.ToString(), SafeText.Show(_name), report.Done, report.Total, Math.Round(_rate), report.Resent,
            report.Loss.ToDevice, report.Loss.FromDevice, report.LivesLeft));
    }

    public void Dispose()
    {
        _disposed = true;
        _host.Dispose();
    }

    private void OnReport(TftpPutReport report)
    {
        switch (report)
        {
            case TftpPutReport.Started started:
                Report = _put.Report(_stack.Now);
                _onProgress(_put.AllSent);
                string asked = started.Asked > 1 ? $" after {started.Asked} requests" : "";
                _events.Publish(new Wire("request", started.Peer.ToString(), $"takes {SafeText.Show(_name)}{asked}"));
                break;
            case TftpPutReport.Paused paused:
                _events.Publish(new Wire("silence", paused.Transfer.Peer.ToString(),
                    $"no answer to block {paused.Transfer.Block + 1:N0} of {paused.Transfer.Blocks:N0}; still trying"));
                break;
            case TftpPutReport.Refused { Final: true } refused:
                TellError(refused.Peer, refused.Code, refused.Text);
                _end = NmrpUploadEnd.Refused;
                break;
            case TftpPutReport.Rejected rejected:
                TellError(rejected.Peer, rejected.Code, rejected.Text);
                break;
            case TftpPutReport.Ended ended:
                OnEnded(ended.Transfer);
                break;
        }
    }

    private void OnEnded(TransferReport transfer)
    {
        Report = transfer;
        _teller.Tell(new TftpReport.Ended(transfer));
        if (_disposed)
            return;
        _end = transfer.Outcome switch
        {
            TransferOutcome.Complete or TransferOutcome.ProbablyComplete => NmrpUploadEnd.Sent,
            TransferOutcome.ClientError => NmrpUploadEnd.Refused,
            _ => NmrpUploadEnd.Silent,
        };
    }

    private void TellError(IPEndPoint peer, TftpErrorCode code, string text) => _diagnosis.Add(ProblemCatalogue.Create(
        ProblemCode.DeviceError, [$"{peer}: ERROR {(int)code} \"{SafeText.Show(text)}\""], ("number", $"{(int)code}"), ("text", SafeText.Show(text))));
}
