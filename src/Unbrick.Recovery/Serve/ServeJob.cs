using System.Net;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Job 2: bring a device back over its own network recovery. Plans, sets the adapter up, answers DHCP and TFTP, watches what happens, and
/// leaves the machine as it was. One thread, one loop; the same over a simulated network in virtual time.
/// </summary>
/// <param name="bench">The world.</param>
/// <param name="options">What is wanted.</param>
public sealed partial class ServeJob(Workbench bench, ServeOptions options) : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);

    /// <summary>The same image refused this often will be refused for ever.</summary>
    private const int MostRefusals = 2;

    private readonly Diagnosis _diagnosis = new(bench.Events);
    private ServePlan _plan = new();
    private INetworkStack _stack = null!;
    private TftpServer _tftp = null!;
    private DhcpHost? _dhcp;
    private DhcpGuard? _guard;
    private Ears? _ears;
    private TransferTeller _teller = null!;
    private LinkWatch? _link;
    private AddressHelp _addresses = null!;
    private CancellationToken _stop;
    private ReturnWatch? _return;
    private TimeSpan _returnUntil;
    private IPAddress? _otherServer;
    private HostChanges? _changes;
    private int _done, _refusals;
    private TransferReport? _last;

    /// <summary>
    /// Runs until the device is back, or told to stop. Throws <see cref="UnbrickException"/> when it cannot even begin; then nothing was
    /// changed.
    /// </summary>
    public ServeResult Run(CancellationToken ct)
    {
        if (PutJob.For(bench, options) is PutJob put)
            return put.Run(ct);
        ServePlanner planner = new(bench.Network, bench.Devices);
        _plan = planner.Make(options);
        bench.Events.Publish(new JobStarted("serve", _plan.Device?.Name ?? (_plan.Root is null ? _plan.ImageName : _plan.Root)));
        TellPlan();
        // The plan took what a killed run had left for the user's own.
        if (RecoverLeftovers())
            _plan = planner.Make(options);
        HostChanges? changes = bench.Journal is null || _plan.Adapter is null ? null : new HostChanges(bench.Network, bench.Journal);
        try
        {
            return Serve(changes, ct);
        }
        finally
        {
            foreach (UndoneChange undone in changes?.Undo() ?? [])
            {
                if (undone.Outcome != UndoOutcome.Gone)
                    Say("network", undone.Text);
            }
        }
    }

    private ServeResult Serve(HostChanges? changes, CancellationToken ct)
    {
        _stop = ct;
        _changes = changes;
        _addresses = new AddressHelp(bench, options, _plan, changes, _diagnosis);
        PrepareAdapter(changes);
        using INetworkStack stack = _stack = bench.Network.OpenStack();
        using CancellationTokenRegistration wake = ct.Register(stack.Wake);
        using TftpHost tftp = Open();
        bench.OnRequestPortOpen?.Invoke();
        Loop(tftp, ct);
        return Conclude(ct.IsCancellationRequested);
    }

    /// <summary>Closes the ports that the run left open.</summary>
    public void Dispose()
    {
        _dhcp?.Dispose();
        _guard?.Dispose();
        _stalls?.Dispose();
        _probe?.Dispose();
    }

    private void Loop(TftpHost tftp, CancellationToken ct)
    {
        TimeSpan nextTick = TimeSpan.Zero;
        while (!ct.IsCancellationRequested && !Finished())
        {
            TimeSpan due = tftp.NextDue < nextTick ? tftp.NextDue : nextTick;
            TimeSpan wait = due - _stack.Now;
            _stack.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            tftp.Tick();
            TimeSpan now = _stack.Now;
            if (now < nextTick)
                continue;
            nextTick = now + s_tick;
            Tick(now);
        }
    }

    private void Tick(TimeSpan now)
    {
        _guard?.Tick();
        if (_otherServer is IPAddress server)
            MakeWay(server);
        Watch(now);
        _teller.TellRestarts();
        _teller.TellProgress(_tftp.Transfers, now);
        _addresses.Tick();
    }

    /// <summary>Whether there is nothing left to wait for.</summary>
    private bool Finished()
    {
        if (options.Forever || _done == 0)
            return false;
        if (_return?.State == AfterLast.AskedAgain)
            TellRefusedImage();
        if (_refusals >= MostRefusals || _return?.State == AfterLast.Back)
            return true;
        return _tftp.Transfers.Count == 0 && _return is not null && _stack.Now >= _returnUntil;
    }

    private ServeResult Conclude(bool stopped)
    {
        _teller.TellRestarts();
        (string outcome, int exit) = _return?.State == AfterLast.Back ? ("recovered", ExitCode.Done)
            : _refusals >= MostRefusals ? ("refused", ExitCode.DeviceRefused)
            : _done > 0 ? ("sent", ExitCode.Done)
            : ("failed", stopped && options.Forever ? ExitCode.Done : ExitCode.Failed);
        if (outcome == "recovered")
            bench.Events.Publish(new Note("recovered", $"The device is back: {_return!.Evidence}."));
        else if (outcome == "sent" && !stopped && _return is not null)
            bench.Events.Publish(new Note("sent", "All was sent. The device has not shown itself yet, which need not mean anything."));
        if (outcome == "failed" && !options.Forever)
            TellIfNothingFits();
        if (stopped && exit == ExitCode.Failed)
        {
            exit = ExitCode.Interrupted;
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.Interrupted, []));
        }
        return new ServeResult(outcome, _done, _diagnosis.Problems) { Exit = exit };
    }

    private void OnTftp(TftpReport report)
    {
        _evidence?.OnTftp(report, _stack.Now);
        if (report is TftpReport.Started started)
            _return?.OnRequest(started.Peer.Address, started.Request.Name);
        _teller.Tell(report);
        if (report is TftpReport.Ended { Transfer: { Outcome: TransferOutcome.Complete or TransferOutcome.ProbablyComplete } transfer })
            OnSent(transfer);
    }

    private void OnSent(TransferReport transfer)
    {
        _done++;
        _last = transfer;
        if (transfer.Request.Opcode == TftpOpcode.Wrq || options.Forever)
            return;
        if (_plan.Image is null)
        {
            // A folder: the device may want another file next.
            _return = new ReturnWatch(transfer.Peer.Address, null, "");
            _returnUntil = _stack.Now + TimeSpan.FromSeconds(5);
            return;
        }
        string minutes = $"{Math.Max(1, _plan.Writing.TotalMinutes):0}";
        if (transfer.Outcome == TransferOutcome.ProbablyComplete)
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.Unconfirmed, [$"{transfer.Blocks:N0} blocks sent, {transfer.Block:N0} acknowledged"], ("minutes", minutes)));
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.StillWriting, [$"last block of {ByteText.Exact(transfer.Total)} sent after {transfer.Elapsed.TotalSeconds:0.0} s"], ("minutes", minutes)));
        _return = new ReturnWatch(transfer.Peer.Address, _ears?.MacOf(transfer.Peer.Address), transfer.Request.Name);
        _returnUntil = _stack.Now + _plan.Watch;
    }

    private void TellRefusedImage()
    {
        _return = null;
        _refusals++;
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.ImageRefused,
            [$"{_last!.Peer.Address} took all {_last.Blocks:N0} blocks and then asked for {SafeText.Show(_last.Request.Name)} once more"],
            ("device", _plan.Device?.Id ?? "NAME")));
    }

    private void OnSocket(IPEndPoint from) => _evidence?.OnSocket(from, _stack.Now);

    private void OnHeard(HeardFrame heard)
    {
        _return?.OnHeard(heard);
        AskWhoAnnouncesItself(heard);
        if (heard.Kind == HeardKind.ArpRequest)
            _addresses.OnArpRequest(heard, waiting: _done == 0 && _tftp.Transfers.Count == 0, _stack.Now, _stop);
    }
}
