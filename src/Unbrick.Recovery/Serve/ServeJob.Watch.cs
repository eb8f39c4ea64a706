using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Frames;
using Unbrick.Net.Host;
using Unbrick.Recovery.Evidence;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

// What is looked at while it runs, and what follows from it.
public sealed partial class ServeJob
{
    private static readonly TimeSpan s_countersPause = TimeSpan.FromSeconds(1);

    private WireEvidence? _evidence;
    private VerdictWatch? _verdicts;
    private StallListener? _stalls;
    private AddressProbe? _probe;
    private long? _damagedBefore, _falls;
    private TimeSpan _nextCounters;
    private bool _hadAddress, _askedAnnouncer;
    private Func<DhcpHost>? _openDhcp;

    /// <summary>Raw frames need a right that serving does not; without them less is told, nothing else.</summary>
    private void Listen()
    {
        if (_plan.Adapter is not NetworkAdapter adapter || adapter.Kind == AdapterKind.Loopback)
            return;
        HashSet<PhysicalAddress> own = [.. bench.Network.Adapters().Select(a => a.Mac)];
        WireEvidence evidence = _evidence = new WireEvidence(adapter.Name, own, _stack.Now);
        evidence.Ports.Add(options.Port);
        if (_plan.Dhcp is not null)
            evidence.Ports.Add(DhcpHost.Port);
        TakeAddresses(evidence, bench.Network.Adapters());
        _falls = bench.Network.CarrierLosses(adapter.Name);
        evidence.Link.CountIsKnown = _falls is not null;
        _damagedBefore = bench.Network.DamagedFrames(adapter.Name);
        _link = new LinkWatch(bench.Network, adapter, OnLink);
        _verdicts = new VerdictWatch(evidence, Rules(), _diagnosis);
        try
        {
            _ears = new Ears(_stack, adapter, OnHeard) { Evidence = evidence, Capture = bench.Capture };
            _stalls = new StallListener(_stack, adapter, evidence, bench.Capture);
            _probe = new AddressProbe(_stack, adapter);
        }
        catch (NetworkException)
        {
            Say("network", "raw frames cannot be heard here (try: sudo, or 'unbrick help permissions'): what the device does before its first request, a firewall of this PC and a second owner of its address will not be noticed");
        }
    }

    /// <summary>A server for ever has many guests and waits for nobody: what a single device should do next is no question there.</summary>
    private IVerdictRule[] Rules()
    {
        List<IVerdictRule> rules =
        [
            new NoCarrierRule(), new LinkFlappingRule(), new AddressLostRule(), new DamagedFramesRule(), new DuplicateAddressRule(),
            new FirewallRequestRule(bench.Network.FirewallRuleFor), new LostAnswersRule(bench.Network.FirewallRuleFor),
            new SilentDeviceRule(), new OptionsRule(), new OfferRule(), new MulticastNoiseRule(),
        ];
        // Without healing each lost packet costs a life: what that looks like is the story of the demo, and no fault of the line.
        if (options.Heal)
            rules.AddRange([new RestartRule(), new SlowFlashRule()]);
        if (!options.Forever)
            rules.AddRange([new SilenceRule(_plan.Way?.Button ?? "Reset or WPS"), new BootedRule(), new NoRequestRule()]);
        return [.. rules];
    }

    private void Watch(TimeSpan now)
    {
        if (_evidence is not WireEvidence evidence)
            return;
        evidence.OnTransfers(_tftp.Transfers, now);
        _stalls?.Look(_tftp.Transfers, now);
        // Looking at the adapter takes a millisecond or so, which a running transfer would feel.
        bool busy = _tftp.Transfers.Any(t => now - t.LastProgress < TimeSpan.FromSeconds(1));
        if (!busy)
        {
            if (_link!.Look(now) is IReadOnlyList<NetworkAdapter> adapters)
                LookAtAddress(evidence, adapters, now);
            evidence.Link.Look(_link.State, now);
            LookAtCounters(evidence, now);
            if (_tftp.Transfers.Count == 0 && _done == 0)
                _probe?.Look(_hadAddress ? _plan.Address?.Address : null, _link.State == LinkState.Up, now);
        }
        LookForFalls(evidence, now);
        if (evidence.HeardAnything)
            _diagnosis.Settle(ProblemCode.NothingHeard);
        if (evidence.HeardAnything || evidence.Link.WasUp)
            _diagnosis.Settle(ProblemCode.NoCarrier);
        _verdicts!.Look(now);
    }

    /// <summary>A link that falls for less than the pause between two looks, or while a transfer runs.</summary>
    private void LookForFalls(WireEvidence evidence, TimeSpan now)
    {
        if (_falls is not long before || bench.Network.CarrierLosses(evidence.Adapter) is not long falls || falls == before)
            return;
        _falls = falls;
        LinkState seen = _link!.State;
        _link.LookNow(now);
        evidence.Link.Counted(falls - before, now);
        if (seen != LinkState.Up || _link.State != LinkState.Up)
            return;
        _return?.OnLink(LinkState.Down);
        bench.Events.Publish(new Wire("link-down", "", $"{evidence.Adapter}  the link fell for a moment"));
        HoldAddress("had gone with the link");
    }

    private void TakeAddresses(WireEvidence evidence, IEnumerable<NetworkAdapter> adapters)
    {
        evidence.Networks = [.. adapters.Where(a => a.Name == _plan.Adapter!.Name).SelectMany(a => a.Addresses)];
        evidence.Own = evidence.Networks.Select(a => a.Address).ToHashSet();
    }

    /// <summary>Our address was there and is not: another program took it. With the link it goes by itself, and comes back in <see cref="OnLink"/>.</summary>
    private void LookAtAddress(WireEvidence evidence, IReadOnlyList<NetworkAdapter> adapters, TimeSpan now)
    {
        TakeAddresses(evidence, adapters);
        if (_plan.Address is not AdapterAddress address)
            return;
        bool there = evidence.Own.Contains(address.Address);
        if (_hadAddress && !there && _link!.State == LinkState.Up)
        {
            evidence.Link.AddressLost.Add(now);
            HoldAddress("had been taken away");
            _hadAddress = false;
        }
        else
        {
            _hadAddress |= there;
        }
    }

    private void LookAtCounters(WireEvidence evidence, TimeSpan now)
    {
        if (now < _nextCounters || _damagedBefore is null)
            return;
        _nextCounters = now + s_countersPause;
        evidence.Link.Damaged = bench.Network.DamagedFrames(evidence.Adapter) - _damagedBefore;
    }

    private void OnLink(LinkState before, LinkState link, int? mbit)
    {
        _return?.OnLink(link);
        bool up = link == LinkState.Up;
        string speed = up && mbit is not null ? $" ({mbit} Mbit/s)" : "";
        bench.Events.Publish(new Wire(up ? "link-up" : "link-down", "", $"{_plan.Adapter!.Name}  link {Word(before)} -> {Word(link)}{speed}"));
        if (!up)
            return;
        HoldAddress("had gone with the link");
        ReturnDhcp();
        if (_dhcp is not null)
            _guard?.Ask();
    }

    /// <summary>
    /// Network managers take the addresses of an adapter away when its link falls, and a device that starts lets it fall several times; ours
    /// must be there again when the device asks.
    /// </summary>
    private void HoldAddress(string why)
    {
        if (!_plan.AddAddress || _changes is null || _plan.Address is not AdapterAddress address)
            return;
        try
        {
            if (_changes.AddAddress(_plan.Adapter!.Name, address))
                Say("network", $"{address} {why}; it is there again");
        }
        catch (Exception e) when (e is NetworkException or UnbrickException)
        {
            Say("network", $"{address} {why} and cannot be set again: {e.Message}");
        }
    }

    private void OnDhcp(DhcpReport report, DhcpTeller teller)
    {
        _evidence?.OnDhcp(report);
        teller.Tell(report);
    }

    /// <summary>Who announces an address may be a router that has just started its own system, and then it answers DHCP.</summary>
    private void AskWhoAnnouncesItself(in HeardFrame heard)
    {
        if (heard.Kind != HeardKind.ArpRequest || !heard.Sender.Equals(heard.Target) || _askedAnnouncer || _done > 0 || _dhcp is null)
            return;
        _askedAnnouncer = true;
        _guard?.Ask();
    }

    /// <summary>
    /// Another server was heard later on, perhaps when a cable was plugged in: ours falls silent until the link falls, TFTP goes on.
    /// </summary>
    private void MakeWay(IPAddress server)
    {
        _otherServer = null;
        if (_dhcp is null || _evidence?.CompleteAt is not null)
            return;
        _dhcp.Dispose();
        _dhcp = null;
        _evidence?.Ports.Remove(DhcpHost.Port);
        if (!IsTheDeviceItself(server))
            _diagnosis.Add(OtherServer(server));
    }

    /// <summary>Whoever was the other server, it restarts or is gone.</summary>
    private void ReturnDhcp()
    {
        if (_dhcp is not null || _openDhcp is null)
            return;
        try
        {
            _dhcp = _openDhcp();
            _evidence?.Ports.Add(DhcpHost.Port);
        }
        catch (NetworkException e)
        {
            Say("network", $"UDP port {DhcpHost.Port} cannot be opened again: {e.Message}");
        }
    }

    /// <summary>
    /// A server that answers our probe may be the device itself, which runs its own system, when nobody else is on the cable. That is a verdict of
    /// its own (<see cref="BootedRule"/>).
    /// </summary>
    private bool IsTheDeviceItself(IPAddress server) =>
        _evidence is { Callers.Count: > 0 } evidence && evidence.Callers.All(c => server.Equals(c.Address));

    /// <summary>The run ended without a file in the device, and nothing was found that explains it.</summary>
    private void TellIfNothingFits()
    {
        bool running = _tftp.Transfers.Any(t => !t.Unanswered);
        if (!running && _evidence is WireEvidence evidence && !_diagnosis.Problems.Any(p => p.Severity != Severity.Note))
            _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.CannotTell, [Summary(evidence)]));
    }

    private static string Summary(WireEvidence evidence)
    {
        string link = evidence.Link.State == LinkState.Up ? "link up" : "no link";
        string callers = evidence.Callers.Count == 0 ? "nobody spoke" : $"{evidence.Callers.Count} on the cable";
        string tries = evidence.Attempts.Count == 0 ? "no request for a file" : $"{evidence.Attempts.Count} {(evidence.Attempts.Count == 1 ? "request" : "requests")} for a file";
        return $"{evidence.Adapter}: {link}, {callers}, {tries}";
    }
}
