using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Host;
using Unbrick.Net.Nmrp;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

// Everything before the loop: saying what will be done, making the adapter ready, opening the port for frames.
internal sealed partial class NmrpJob
{
    private NetworkAdapter Adapter => _plan.Serve.Adapter!;

    private void TellPlan()
    {
        Say("device", $"{_plan.Serve.Device!.Name}: Netgear's NMRP{(_plan.Serve.Way!.Sources is [string first, ..] ? $"; source: {first}" : "")}");
        Say("image", $"{_plan.Serve.ImageName}, {ByteText.Exact(_plan.Serve.Image!.Value.Length)}");
        if (_plan.Serve.Verdict is { } verdict)
        {
            string reasons = string.Join("; ", verdict.Reasons.Select(r => $"{r.Code}, {r.Seen}"));
            Say("check", Words.Of(verdict.Purpose) + verdict.Answer switch
            {
                ImageAnswer.Fits => ": made for this device, every checksum is right",
                ImageAnswer.Refused => $": REFUSED by the check and sent all the same (--anyway): {reasons}",
                _ => $": cannot tell whether it fits: {reasons}",
            });
        }
        if (options.Region is ushort region)
            Say("region", $"the device is told to be a {NmrpRegion.Names.ElementAt(region - 1)} model from now on: it keeps that (--region)");
    }

    /// <summary>Undoes what a killed run left on this machine.</summary>
    private void RecoverLeftovers()
    {
        if (bench.Journal is null || options.NoHostChanges)
            return;
        foreach (UndoneChange undone in bench.Journal.Recover(bench.Network))
        {
            if (undone.Outcome == UndoOutcome.Undone && undone.Change.Address is AdapterAddress address)
                _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.LeftoverRemoved, [undone.Text], ("address", $"{address}"), ("adapter", undone.Change.Adapter)));
            else
                Say("network", undone.Text);
        }
    }

    private void PrepareAdapter()
    {
        string added = "";
        if (!options.NoHostChanges)
        {
            try
            {
                if (!Adapter.Enabled)
                    Change(changes => changes.Enable(Adapter.Name), network => network.Enable(Adapter.Name));
                if (_plan.Serve.AddAddress)
                {
                    Change(changes => changes.AddAddress(Adapter.Name, _plan.Own), network => network.AddAddress(Adapter.Name, _plan.Own));
                    added = " added for this run";
                }
            }
            catch (NetworkException e)
            {
                throw Explain(e, $"give {Adapter.Name} the address {_plan.Own}");
            }
        }
        string speed = Adapter is { Link: LinkState.Up, SpeedMbit: int mbit } ? $" at {mbit} Mbit/s" : "";
        Say("network", $"{Adapter.Name}  link {Word(Adapter.Link)}{speed}  {_plan.Own}{added}");
        foreach (NetworkAdapter other in bench.Network.Adapters())
        {
            if (other.Name != Adapter.Name && other.Kind != AdapterKind.Loopback
                && other.Addresses.FirstOrDefault(a => a.Covers(_plan.Own.Address) || _plan.Own.Covers(a.Address)) is { Address: not null } near)
            {
                _diagnosis.Add(ProblemCatalogue.Create(ProblemCode.AddressElsewhere, [$"{other.Name} has {near}, {Adapter.Name} has {_plan.Own}"],
                    ("other", other.Name), ("address", $"{near}"), ("adapter", Adapter.Name)));
            }
        }
    }

    private void Change(Action<HostChanges> journalled, Action<INetworkHost> direct)
    {
        if (_changes is null)
            direct(bench.Network);
        else
            journalled(_changes);
    }

    /// <summary>Network managers take the addresses of an adapter away when its link falls, and a device that starts lets it fall.</summary>
    private void HoldAddress()
    {
        if (!_plan.Serve.AddAddress || _changes is null)
            return;
        try
        {
            if (_changes.AddAddress(Adapter.Name, _plan.Own))
                Say("network", $"{_plan.Own} had gone with the link; it is there again");
        }
        catch (Exception e) when (e is NetworkException or UnbrickException)
        {
            Say("network", $"{_plan.Own} had gone with the link and cannot be set again: {e.Message}");
        }
    }

    private void Open()
    {
        try
        {
            _frames = _stack.OpenFrames(Adapter, NmrpFrame.EtherType, OnFrames);
        }
        catch (NetworkException e)
        {
            throw Explain(e, $"send and hear raw frames on {Adapter.Name} (NMRP needs the right cap_net_raw)");
        }
        try
        {
            _ears = new Ears(_stack, Adapter, heard => _return?.OnHeard(heard)) { Capture = bench.Capture };
        }
        catch (NetworkException)
        {
            Say("network", "other frames cannot be heard here: whether the device comes back will not be seen");
        }
        Say("calling", $"Netgear devices on {Adapter.Name} by NMRP (Ethernet type 0x0912); the one that answers becomes {_plan.Device}");
        if (_plan.Serve.Way?.How is string how)
            Say("now", how);
    }

    private static UnbrickException Explain(NetworkException e, string what, NetworkAdapter adapter) => e.Failure == NetworkFailure.NotSupported
        ? new(ProblemCatalogue.Create(ProblemCode.RawFramesMissing, [e.Message], ("adapter", adapter.Name)), ExitCode.NotFound, e)
        : new(ProblemCatalogue.Create(ProblemCode.NotPermitted, [e.Message], ("what", what)), ExitCode.NotFound, e);

    private UnbrickException Explain(NetworkException e, string what) => Explain(e, what, Adapter);

    private static string Word(LinkState link) => link.ToString().ToLowerInvariant();

    private void Say(string topic, string text) => bench.Events.Publish(new Note(topic, SafeText.Show(text, 300)));
}
