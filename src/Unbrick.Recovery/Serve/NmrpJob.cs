using System.Net.NetworkInformation;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
using Unbrick.Net.Tftp;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Brings a Netgear device back by NMRP: calls it, gives it an address, sends the image by TFTP when it asks, keeps it company while it writes,
/// and leaves the machine as it was. One thread, one loop; the same over a simulated network in virtual time.
/// </summary>
/// <param name="bench">The world.</param>
/// <param name="options">What is wanted.</param>
internal sealed partial class NmrpJob(Workbench bench, ServeOptions options) : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);

    /// <summary>For the user to switch the device off and on, and for its firmware to come up.</summary>
    private static readonly TimeSpan s_watchAfterEnd = TimeSpan.FromSeconds(60), s_watchAfterLink = TimeSpan.FromMinutes(3);

    /// <summary>Transfers that a device may end with an ERROR and ask again.</summary>
    private const int MostErrors = 3;

    private readonly Diagnosis _diagnosis = new(bench.Events);
    private readonly NmrpActions _actions = new();
    private readonly byte[] _buffer = new byte[2048];
    private NmrpPlan _plan = null!;
    private INetworkStack _stack = null!;
    private IFramePort _frames = null!;
    private NmrpServer _server = null!;
    private NmrpUpload? _upload;
    private Ears? _ears;
    private HostChanges? _changes;
    private LinkWatch _link = null!;
    private NmrpContact _contact = null!;
    private ReturnWatch? _return;
    private TimeSpan _returnUntil = TimeSpan.MaxValue;
    private string _lastName = "";
    private int _done, _keepAlives, _restarts, _errors;
    private bool _refused;

    /// <summary>
    /// Runs until the device is done, or told to stop. Throws <see cref="UnbrickException"/> when it cannot even begin; then nothing was
    /// changed.
    /// </summary>
    public ServeResult Run(CancellationToken ct)
    {
        _plan = NmrpPlan.Make(bench, options);
        bench.Events.Publish(new JobStarted("serve", options.Device is null ? _plan.Serve.ImageName : _plan.Serve.Device!.Name));
        TellPlan();
        RecoverLeftovers();
        _changes = bench.Journal is null ? null : new HostChanges(bench.Network, bench.Journal);
        try
        {
            PrepareAdapter();
            using INetworkStack stack = _stack = bench.Network.OpenStack();
            using CancellationTokenRegistration wake = ct.Register(stack.Wake);
            Open();
            using IFramePort frames = _frames;
            bench.OnRequestPortOpen?.Invoke();
            Loop(ct);
            DropUpload();
            return Conclude(ct.IsCancellationRequested);
        }
        finally
        {
            foreach (UndoneChange undone in _changes?.Undo() ?? [])
            {
                if (undone.Outcome != UndoOutcome.Gone)
                    Say("network", undone.Text);
            }
        }
    }

    /// <summary>Ends what the run left under way.</summary>
    public void Dispose() => _upload?.Dispose();

    private void Loop(CancellationToken ct)
    {
        _server = new NmrpServer(new NmrpServerOptions
        {
            OwnMac = Adapter.Mac,
            DeviceAddress = _plan.Device,
            PrefixLength = _plan.Own.PrefixLength,
            Region = options.Region,
            Patience = _plan.Serve.Writing,
        });
        _link = new LinkWatch(bench.Network, Adapter, OnLink);
        _contact = new NmrpContact(Adapter.Name, _diagnosis);
        TimeSpan nextTick = TimeSpan.Zero;
        while (!ct.IsCancellationRequested && !Finished())
        {
            TimeSpan due = Earliest(nextTick, _server.NextDue, _upload?.NextDue ?? TimeSpan.MaxValue);
            TimeSpan wait = due - _stack.Now;
            _stack.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            _server.OnTimer(_stack.Now, _actions);
            Execute();
            _upload?.Tick();
            EndUpload();
            TimeSpan now = _stack.Now;
            if (now < nextTick)
                continue;
            nextTick = now + s_tick;
            _upload?.TellProgress(now);
            _link.Look(now);
            _contact.Look(_link.State, now);
        }
    }

    private static TimeSpan Earliest(TimeSpan a, TimeSpan b, TimeSpan c)
    {
        TimeSpan first = a < b ? a : b;
        return first < c ? first : c;
    }

    private bool Finished() => _return?.State == AfterLast.Back || _errors >= MostErrors || (_server.State == NmrpState.Over && (_refused || _done == 0 || _stack.Now >= _returnUntil));

    private void OnFrames(IFramePort port)
    {
        // A flood must not keep the transfer waiting.
        for (int i = 0; i < 16 && port.TryReceive(_buffer, out int length); i++)
        {
            _server.OnFrame(_buffer.AsSpan(0, Math.Min(length, _buffer.Length)), _stack.Now, _actions);
            Execute();
        }
    }

    private void Execute()
    {
        foreach (byte[] frame in _actions.Sends)
            _frames.Send(frame);
        NmrpReport[] reports = [.. _actions.Reports];
        _actions.Clear();
        foreach (NmrpReport report in reports)
            OnReport(report);
    }

    private void OnReport(NmrpReport report)
    {
        switch (report)
        {
            case NmrpReport.Found found:
                _contact.OnAnswer();
                string joined = found.With == NmrpCode.ConfigurationRequest ? "answers" : "is in the middle of its recovery";
                Wire("nmrp", found.Mac, $"{joined}; it becomes {_plan.Device}");
                break;
            case NmrpReport.UploadWanted wanted:
                Send(wanted);
                break;
            case NmrpReport.UploadVoid when _upload is not null:
                OnUploadVoid();
                break;
            case NmrpReport.UploadConfirmed when _upload is not null:
                _upload.Confirm();
                break;
            case NmrpReport.Refused refused:
                OnRefused(refused);
                break;
            case NmrpReport.UnknownFile unknown:
                _refused = true;
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NameNotFound, [$"{MacText.Show(unknown.Mac)} wants {SafeText.Show(unknown.Name)}"],
                    ("asked", SafeText.Show(unknown.Name)), ("have", _plan.Serve.ImageName)));
                break;
            case NmrpReport.KeepAlive alive:
                OnKeepAlive(alive);
                break;
            case NmrpReport.Closed closed:
                OnClosed(closed);
                break;
            case NmrpReport.Lost lost:
                Wire("silence", lost.Mac, "has fallen silent; calling again");
                DropUpload();
                break;
            case NmrpReport.WaitedEnough waited:
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NmrpNoEnd, [$"{MacText.Show(waited.Mac)}: last sign of life {waited.Silence.TotalMinutes:0} minutes ago"],
                    ("minutes", $"{waited.Silence.TotalMinutes:0}")));
                _returnUntil = _stack.Now;
                break;
            case NmrpReport.OtherDevice other:
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NmrpOtherDevice, [$"{MacText.Show(other.Mac)} answers, too"], ("mac", MacText.Show(_server.Device)), ("other", MacText.Show(other.Mac))));
                break;
            case NmrpReport.OtherServer other:
                _diagnosis.Add(ProblemCatalogue.Create(
                    ProblemCode.NmrpOtherServer, [$"an advertisement from {MacText.Show(other.Mac)}"], ("mac", MacText.Show(other.Mac))));
                break;
        }
    }

    private void Send(NmrpReport.UploadWanted wanted)
    {
        DropUpload();
        _lastName = wanted.Name ?? _plan.FileName;
        string name = wanted.Name is null ? $"a file without a name; it goes as {SafeText.Show(_lastName)}" : SafeText.Show(_lastName);
        Wire("request", wanted.Mac, $"wants {name}");
        _upload = new NmrpUpload(bench.Events, _diagnosis, _stack, new NmrpUpload.Target(_plan, _lastName, Adapter), allSent => _server.OnUploadProgress(allSent, _stack.Now));
    }

    private void OnUploadVoid()
    {
        if (_upload!.Report is TransferReport report)
        {
            _restarts++;
            _diagnosis.Add(ProblemCatalogue.Create(
                ProblemCode.DeviceRestarted, [$"{MacText.Show(_server.Device)} began again after {report.Block:N0} of {report.Blocks:N0} blocks"],
                ("times", _restarts == 1 ? "once so far" : $"{_restarts} times so far")));
        }
        DropUpload();
    }

    /// <summary>A transfer ended, from its own callback; what follows happens in the loop.</summary>
    private void EndUpload()
    {
        if (_upload?.TakeEnd() is not NmrpUploadEnd end)
            return;
        TransferReport report = _upload.Report!;
        if (end == NmrpUploadEnd.Sent)
            OnSent(report);
        else
            DropUpload();
        _refused |= end == NmrpUploadEnd.Refused && ++_errors >= MostErrors;
        _server.OnUploadEnded(end, _stack.Now, _actions);
        Execute();
    }

    private void OnSent(TransferReport transfer)
    {
        _done++;
        string minutes = $"{Math.Max(1, _plan.Serve.Writing.TotalMinutes):0}";
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.StillWriting, [$"last block of {ByteText.Exact(transfer.Total)} sent after {transfer.Elapsed.TotalSeconds:0.0} s"], ("minutes", minutes)));
        _return = new ReturnWatch(_plan.Device, _server.Device, _lastName);
    }

    private void OnRefused(NmrpReport.Refused refused)
    {
        _return = null;
        _refused |= refused.Times >= new NmrpServerOptions { OwnMac = Adapter.Mac, DeviceAddress = _plan.Device }.MostUploads;
        _diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.ImageRefused, [$"{MacText.Show(refused.Mac)} took the whole file and asked for it once more"], ("device", _plan.Serve.Device!.Id)));
    }

    private void OnKeepAlive(NmrpReport.KeepAlive alive)
    {
        // Every half minute for half an hour would be a long list.
        if (++_keepAlives == 1)
            Wire("nmrp", alive.Mac, "writes, and asks whether the PC is still there: answered, as often as it asks");
        else if (_keepAlives % 10 == 0)
            Wire("nmrp", alive.Mac, $"still writing ({_keepAlives} signs of life)");
    }

    private void OnClosed(NmrpReport.Closed closed)
    {
        if (!closed.Sent)
        {
            _refused |= _done == 0;
            _returnUntil = _stack.Now;
            DropUpload();
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.NmrpEndedEarly, [$"{MacText.Show(closed.Mac)} said good bye before it had a file"]));
            return;
        }
        Wire("nmrp", closed.Mac, "says good bye: it has written the image");
        Say("now", "Switch the device off and on, unless it restarts by itself.");
        _returnUntil = _stack.Now + (options.Watch ?? s_watchAfterEnd);
    }

    private void OnLink(LinkState before, LinkState link, int? mbit)
    {
        _return?.OnLink(link);
        bool up = link == LinkState.Up;
        string speed = up && mbit is not null ? $" ({mbit} Mbit/s)" : "";
        bench.Events.Publish(new Wire(up ? "link-up" : "link-down", "", $"{Adapter.Name}  link {Word(before)} -> {Word(link)}{speed}"));
        if (up)
            HoldAddress();
        else if (_server.State is NmrpState.Closing or NmrpState.Over && _stack.Now + s_watchAfterLink > _returnUntil && options.Watch is null)
            _returnUntil = _stack.Now + s_watchAfterLink;
    }

    private ServeResult Conclude(bool stopped)
    {
        bool back = _return?.State == AfterLast.Back;
        (string outcome, int exit) = back ? ("recovered", ExitCode.Done)
            : _refused ? ("refused", ExitCode.DeviceRefused)
            : _done > 0 ? ("sent", ExitCode.Done)
            : ("failed", ExitCode.Failed);
        if (back)
            bench.Events.Publish(new Note("recovered", $"The device is back: {_return!.Evidence}."));
        else if (outcome == "sent" && !stopped)
            bench.Events.Publish(new Note("sent", "All was sent and taken. The device has not shown itself yet, which need not mean anything."));
        if (stopped && exit == ExitCode.Failed)
        {
            exit = ExitCode.Interrupted;
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.Interrupted, []));
        }
        return new ServeResult(outcome, _done, _diagnosis.Problems) { Exit = exit };
    }

    private void DropUpload()
    {
        _upload?.Dispose();
        _upload = null;
    }

    private void Wire(string what, PhysicalAddress mac, string text) => bench.Events.Publish(new Wire(what, MacText.Show(mac), text));
}
