using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Job 2 the other way round: the device is the TFTP server and takes the file. Plans and checks as serving does, asks four times a second
/// until the loader's window opens, sends, and watches for the device's return. One thread, one loop; the same over a simulated network.
/// </summary>
/// <param name="bench">The world.</param>
/// <param name="options">What is wanted; its <see cref="ServeOptions.Put"/> is set.</param>
public sealed class PutJob(Workbench bench, ServeOptions options)
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Of a window of one second, no more than this may pass before the link is seen.</summary>
    private static readonly TimeSpan s_linkPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Longer than any boot loader takes from power to its window.</summary>
    private static readonly TimeSpan s_untaken = TimeSpan.FromSeconds(30);

    private readonly Diagnosis _diagnosis = new(bench.Events);
    private ServePlan _plan = new();
    private ImmutableArray<IPAddress> _targets = [];
    private AdapterSetup _setup = null!;
    private PutTeller _teller = null!;
    private INetworkStack _stack = null!;
    private TftpPut _put = null!;
    private LinkWatch _link = null!;
    private FirstContact? _contact;
    private Ears? _ears;
    private PutReturn? _return;
    private TimeSpan _returnUntil;
    private TimeSpan? _heardAt;
    private bool _untakenTold;
    private int _done;

    /// <summary>The job when this is what the options, or the facts about the device, ask for; null otherwise.</summary>
    public static PutJob? For(Workbench bench, ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Put is not null)
            return new PutJob(bench, options);
        // "--anyway" with such a device means: serve it all the same.
        bool usual = options is { Device: not null, Image: not null, Anyway: false } && PutWays.IsUsual(DeviceChoice.Find(bench.Devices, options.Device));
        return usual ? new PutJob(bench, options with { Put = new PutOptions() }) : null;
    }

    /// <summary>
    /// Runs until the device is back, or told to stop. Throws <see cref="UnbrickException"/> when it cannot even begin; then nothing was changed.
    /// </summary>
    public ServeResult Run(CancellationToken ct)
    {
        _plan = new ServePlanner(bench.Network, bench.Devices).Make(options);
        _targets = PutWays.Targets(options, _plan.Way);
        bench.Events.Publish(new JobStarted("serve", _plan.Device?.Name ?? _plan.ImageName));
        TellPlan();
        _setup = new AdapterSetup(bench, options, _plan, _diagnosis);
        _setup.RecoverLeftovers();
        try
        {
            return Send(ct);
        }
        finally
        {
            _setup.Undo();
        }
    }

    private ServeResult Send(CancellationToken ct)
    {
        NetworkAdapter adapter = _plan.Adapter!;
        _setup.PrepareAdapter(_targets[0]);
        _setup.FixNeighbor(PutWays.FixedMac(options.Put!, _plan.Way) is PhysicalAddress mac ? new NeighborEntry(_targets[0], mac) : null);
        _teller = new PutTeller(bench.Events, adapter.Name, _plan.ImageName, _plan.Device?.Id ?? "NAME", _diagnosis);
        using INetworkStack stack = _stack = bench.Network.OpenStack();
        using CancellationTokenRegistration wake = ct.Register(stack.Wake);
        string name = PutWays.NameFor(options, _plan.Way, _plan.ImageName);
        TftpPutOptions how = new() { Name = name, BlockSize = options.Put!.BlockSize, RollOverTo = options.RollOverTo };
        _put = new TftpPut(how, _plan.Image!.Value, _targets.Select(t => new IPEndPoint(t, options.Port)));
        Listen(adapter);
        using TftpPutHost host = Open(adapter);
        Say("sending", $"{name} by TFTP to {string.Join(" or ", _targets)}: asking four times a second until it takes it");
        if (_plan.Way?.How is string what)
            Say("now", what);
        bench.OnRequestPortOpen?.Invoke();
        Loop(host, ct);
        return Conclude(ct.IsCancellationRequested);
    }

    private TftpPutHost Open(NetworkAdapter adapter)
    {
        try
        {
            return new TftpPutHost(_stack, _put, _setup.Own.Address, adapter.Kind == AdapterKind.Loopback ? null : adapter, OnReport);
        }
        catch (NetworkException e)
        {
            throw AdapterSetup.Explain(e, "open a UDP port");
        }
    }

    /// <summary>Raw frames need a right that sending does not; without them less is told, nothing else.</summary>
    private void Listen(NetworkAdapter adapter)
    {
        _link = new LinkWatch(bench.Network, adapter, OnLink, s_linkPause);
        if (adapter.Kind == AdapterKind.Loopback)
            return;
        _contact = new FirstContact(adapter.Name, Button, expectsDevice: true, _diagnosis);
        try
        {
            _ears = new Ears(_stack, adapter, OnHeard) { Capture = bench.Capture };
        }
        catch (NetworkException)
        {
            Say("network", "raw frames cannot be heard here: the device's return with its new firmware will not be seen");
        }
    }

    private string Button => _plan.Way?.Button ?? "Reset or WPS";

    private void Loop(TftpPutHost host, CancellationToken ct)
    {
        LinkState before = LinkState.Unknown;
        TimeSpan nextTick = TimeSpan.Zero;
        while (!ct.IsCancellationRequested && !Finished())
        {
            TimeSpan due = host.NextDue < nextTick ? host.NextDue : nextTick;
            TimeSpan wait = due - _stack.Now;
            _stack.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            TimeSpan now = _stack.Now;
            if (now >= nextTick)
            {
                nextTick = now + (_link.State == LinkState.Up ? s_tick : s_linkPause);
                Tick(now);
                if (_link.State != before)
                    Changed(before = _link.State, host);
            }
            if (now >= host.NextDue)
                AskNeighbors();
            host.Tick();
        }
    }

    private void Tick(TimeSpan now)
    {
        if (_put.Underway)
            _teller.TellProgress(_put.Report(now));
        // Looking at the adapter takes a millisecond or so, which a running transfer would feel.
        if (_put.State == TftpPutState.Sending && now - _put.LastProgress < TimeSpan.FromSeconds(1))
            return;
        _link.Look(now);
        _contact?.Look(_link.State, now);
        TellUntaken(now);
    }

    /// <summary>Without a link there is nobody to ask; with it there is no time to lose.</summary>
    private void Changed(LinkState link, TftpPutHost host)
    {
        if (link == LinkState.Down)
            _put.Rest();
        else
            host.Ask();
    }

    private void AskNeighbors()
    {
        if (_put.State != TftpPutState.Asking || _put.Underway || _setup.NeighborIsFixed || options.NoHostChanges)
            return;
        foreach (IPAddress target in _targets)
            bench.Network.AskNeighborAnew(_plan.Adapter!.Name, target);
    }

    private void TellUntaken(TimeSpan now)
    {
        if (_untakenTold || _put.State != TftpPutState.Asking || _put.Underway || _heardAt is not TimeSpan heard || now - heard < s_untaken)
            return;
        _untakenTold = true;
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.PutNotTaken, [$"{_put.Asked:N0} requests sent; ARP was answered, TFTP was not"],
            ("address", string.Join(" or ", _targets)), ("seconds", $"{s_untaken.TotalSeconds:0}"), ("button", Button)));
    }

    private bool Finished() =>
        _put.State == TftpPutState.Failed || (_return is PutReturn back && (back.Evidence is not null || _stack.Now >= _returnUntil));

    private void OnReport(TftpPutReport report)
    {
        _contact?.OnHeard();
        _teller.Tell(report);
        switch (report)
        {
            case TftpPutReport.Refused { Final: true } refused:
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.PutRefused, [$"{refused.Peer}: ERROR {(int)refused.Code} \"{refused.Text}\", {_put.Asked:N0} requests"],
                    ("number", $"{(int)refused.Code}"), ("text", refused.Text), ("name", PutWays.NameFor(options, _plan.Way, _plan.ImageName))));
                break;
            case TftpPutReport.Rejected rejected:
                _teller.TellImageRefused(rejected.Peer, rejected.Code, rejected.Text);
                break;
            case TftpPutReport.Ended { Transfer: { Outcome: TransferOutcome.ClientError } transfer } when _put.AllSent:
                _teller.TellImageRefused(transfer.Peer, transfer.ErrorCode, transfer.ErrorText);
                break;
            case TftpPutReport.Ended { Transfer: { Outcome: TransferOutcome.Complete or TransferOutcome.ProbablyComplete } transfer }:
                OnSent(transfer);
                break;
        }
    }

    private void OnSent(TransferReport transfer)
    {
        _done++;
        string minutes = $"{Math.Max(1, _plan.Writing.TotalMinutes):0}";
        if (transfer.Outcome == TransferOutcome.ProbablyComplete)
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.Unconfirmed, [$"{transfer.Blocks:N0} blocks sent, {transfer.Block:N0} acknowledged"], ("minutes", minutes)));
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.StillWriting, [$"last block of {ByteText.Exact(transfer.Total)} sent after {transfer.Elapsed.TotalSeconds:0.0} s"], ("minutes", minutes)));
        _return = new PutReturn(transfer.Peer.Address, _ears?.MacOf(transfer.Peer.Address));
        if (_link.State == LinkState.Down)
            _return.OnLink(LinkState.Down);
        _returnUntil = _stack.Now + _plan.Watch;
    }

    private void OnLink(LinkState before, LinkState link, int? mbit)
    {
        _return?.OnLink(link);
        bool up = link == LinkState.Up;
        string speed = up && mbit is not null ? $" ({mbit} Mbit/s)" : "";
        bench.Events.Publish(new Wire(up ? "link-up" : "link-down", "",
            $"{_plan.Adapter!.Name}  link {before.ToString().ToLowerInvariant()} -> {link.ToString().ToLowerInvariant()}{speed}"));
        if (up)
            _setup.Hold();
    }

    private void OnHeard(HeardFrame heard)
    {
        _contact?.OnHeard();
        if (_targets.Contains(heard.Sender))
            _heardAt ??= _stack.Now;
        _return?.OnHeard(heard);
    }

    private ServeResult Conclude(bool stopped)
    {
        (string outcome, int exit) = _put.State == TftpPutState.Failed ? ("refused", ExitCode.DeviceRefused)
            : _return?.Evidence is not null ? ("recovered", ExitCode.Done)
            : _done > 0 ? ("sent", ExitCode.Done)
            : ("failed", stopped ? ExitCode.Interrupted : ExitCode.Failed);
        if (outcome == "recovered")
            bench.Events.Publish(new Note("recovered", $"The device is back: {_return!.Evidence}."));
        else if (outcome == "sent" && !stopped)
            bench.Events.Publish(new Note("sent", "All was sent. The device has not shown itself yet, which need not mean anything."));
        if (exit == ExitCode.Interrupted)
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.Interrupted, []));
        return new ServeResult(outcome, _done, _diagnosis.Problems) { Exit = exit };
    }

    private void TellPlan()
    {
        string source = _plan.Way?.Sources is [string first, ..] ? $"; source: {first}{(_plan.Way.IsCurated ? "" : ", not checked by hand")}" : "";
        if (_plan.Device is DeviceProfile device)
            Say("device", $"{device.Name} takes the file at {string.Join(" or ", _targets)}{source}");
        Say("image", $"{_plan.ImageName}, {ByteText.Exact(_plan.Image!.Value.Length)}");
        if (_plan.Verdict is { } verdict)
            Say("check", ServeJob.CheckText(verdict));
    }

    private void Say(string topic, string text) => bench.Events.Publish(new Note(topic, SafeText.Show(text, 300)));
}
