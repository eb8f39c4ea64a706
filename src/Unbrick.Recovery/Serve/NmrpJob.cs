using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
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
    private AdapterSetup _setup = null!;
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
        _setup = new AdapterSetup(bench, options, _plan.Serve, _diagnosis);
        _setup.RecoverLeftovers();
        try
        {
            _setup.PrepareAdapter(_plan.Device);
            _plan = _plan with { Own = _setup.Own };
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
            _setup.Undo();
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

    private void OnLink(LinkState before, LinkState link, int? mbit)
    {
        _return?.OnLink(link);
        bool up = link == LinkState.Up;
        string speed = up && mbit is not null ? $" ({mbit} Mbit/s)" : "";
        bench.Events.Publish(new Wire(up ? "link-up" : "link-down", "", $"{Adapter.Name}  link {Word(before)} -> {Word(link)}{speed}"));
        if (up)
            _setup.Hold();
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
}
