using System.Net;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Host;
using Unbrick.Recovery.Host;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Makes the adapter ready for a device that is sent its file, holds what was set while links fall and rise, and takes all of it back. Where a
/// right is missing it says so and goes on with what is there.
/// </summary>
/// <param name="bench">The world.</param>
/// <param name="options">What is wanted.</param>
/// <param name="plan">What was planned.</param>
/// <param name="diagnosis">Collects the problems for the result.</param>
internal sealed class AdapterSetup(Workbench bench, ServeOptions options, ServePlan plan, Diagnosis diagnosis)
{
    private ServePlan _plan = plan;
    private readonly HostChanges? _changes = bench.Journal is null ? null : new HostChanges(bench.Network, bench.Journal);
    private NeighborEntry? _neighbor;
    private bool _neighborWasThere;

    /// <summary>The address that packets leave from.</summary>
    public AdapterAddress Own { get; private set; }

    /// <summary>The system knows the device's hardware address for good.</summary>
    public bool NeighborIsFixed => _neighbor is not null;

    private NetworkAdapter Adapter => _plan.Adapter!;

    /// <summary>Undoes what a killed run left on this machine: the plan may have taken some of it for the user's own.</summary>
    public void RecoverLeftovers()
    {
        if (bench.Journal is null || options.NoHostChanges)
            return;
        foreach (UndoneChange undone in bench.Journal.Recover(bench.Network))
        {
            string? what = undone.Change.Address?.ToString() ?? undone.Change.Neighbor?.ToString();
            if (undone.Outcome == UndoOutcome.Undone && what is not null)
                diagnosis.Add(ProblemCatalogue.Create(ProblemCode.LeftoverRemoved, [undone.Text], ("address", what), ("adapter", undone.Change.Adapter)));
            else
                Say(undone.Text);
        }
        if (bench.Network.Adapters().FirstOrDefault(a => a.Name == Adapter.Name) is NetworkAdapter now)
            _plan = _plan with { Adapter = now, AddAddress = _plan.Address is AdapterAddress own && !now.Addresses.Any(a => a.Address.Equals(own.Address)) };
    }

    /// <summary>Switches the adapter on and gives it the address. Throws <see cref="UnbrickException"/> when there is no way on without.</summary>
    public void PrepareAdapter(IPAddress target)
    {
        AdapterAddress wanted = _plan.Address!.Value;
        string added = "";
        Own = wanted;
        try
        {
            if (!Adapter.Enabled && !options.NoHostChanges)
                Enable();
            if (_plan.AddAddress)
            {
                Add(wanted);
                added = " added for this run";
            }
        }
        catch (NetworkException e)
        {
            if (Adapter.Addresses.FirstOrDefault(a => a.Covers(target) && !a.Address.Equals(target)) is not { Address: not null } near)
                throw Explain(e, $"give {Adapter.Name} the address {wanted}");
            Say($"{wanted} could not be added ({e.Message}); going on with {near}");
            Own = near;
        }
        string speed = Adapter is { Link: LinkState.Up, SpeedMbit: int mbit } ? $" at {mbit} Mbit/s" : "";
        Say($"{Adapter.Name}  link {Adapter.Link.ToString().ToLowerInvariant()}{speed}  {Own}{added}");
        TellOthers();
    }

    /// <summary>Enters the hardware address of a device that answers no ARP; what is missing for it is said, and no reason to stop.</summary>
    public void FixNeighbor(NeighborEntry? neighbor)
    {
        if (neighbor is not NeighborEntry entry)
            return;
        try
        {
            if (options.NoHostChanges && !IsFixed(entry))
                TellMissing(entry, "--no-host-changes: not set");
            else if (Fix(entry))
                Say($"{Adapter.Name}  {entry} fixed for this run: this boot loader answers no ARP");
            else
                Say($"{Adapter.Name}  {entry} is fixed already");
        }
        catch (NetworkException e)
        {
            TellMissing(entry, e.Message);
        }
    }

    /// <summary>
    /// Enters the hardware address of a device that has just said it by itself, so that nobody has to ask for it; the system asks where that may
    /// not be done. An entry of this run for another device at the address makes way.
    /// </summary>
    public void KnowNeighbor(NeighborEntry entry)
    {
        if (options.NoHostChanges || _neighbor == entry)
            return;
        try
        {
            if (_neighbor is NeighborEntry other && !_neighborWasThere)
                Forget(other);
            if (Fix(entry))
                Say($"{Adapter.Name}  {entry} fixed for this run");
        }
        catch (Exception e) when (e is NetworkException or UnbrickException)
        {
            Say($"{entry} could not be fixed ({e.Message}); the device is asked for it");
        }
    }

    /// <summary>
    /// The link is up again: network managers take addresses away when it falls, and kernels before 4.20 fixed neighbours, too. Ours must be
    /// there when the window opens.
    /// </summary>
    public void Hold()
    {
        if (_changes is null)
            return;
        try
        {
            if (_plan.AddAddress && Own == _plan.Address && _changes.AddAddress(Adapter.Name, Own))
                Say($"{Own} had gone with the link; it is there again");
            if (_neighbor is NeighborEntry entry && !_neighborWasThere && _changes.FixNeighbor(Adapter.Name, entry))
                Say($"the fixed neighbour {entry} had gone with the link; it is there again");
        }
        catch (Exception e) when (e is NetworkException or UnbrickException)
        {
            Say($"what had gone with the link cannot be set again: {e.Message}");
        }
    }

    /// <summary>Takes everything back.</summary>
    public void Undo()
    {
        foreach (UndoneChange undone in _changes?.Undo() ?? [])
        {
            if (undone.Outcome != UndoOutcome.Gone)
                Say(undone.Text);
        }
    }

    /// <summary>A failed call of the system as a problem.</summary>
    public static UnbrickException Explain(NetworkException e, string what) =>
        new(ProblemCatalogue.Create(ProblemCode.NotPermitted, [e.Message], ("what", what)), ExitCode.NotFound, e);

    private void Enable()
    {
        if (_changes is not null)
            _changes.Enable(Adapter.Name);
        else
            bench.Network.Enable(Adapter.Name);
    }

    private void Add(AdapterAddress address)
    {
        if (_changes is not null)
            _changes.AddAddress(Adapter.Name, address);
        else
            bench.Network.AddAddress(Adapter.Name, address);
    }

    private bool IsFixed(NeighborEntry entry) => bench.Network.FixedNeighbor(Adapter.Name, entry.Address) == entry;

    /// <summary>False when it was there already.</summary>
    private bool Fix(NeighborEntry entry)
    {
        bool isNew = !IsFixed(entry);
        if (isNew && _changes is not null)
            _changes.FixNeighbor(Adapter.Name, entry);
        else if (isNew)
            bench.Network.AddNeighbor(Adapter.Name, entry);
        (_neighbor, _neighborWasThere) = (entry, !isNew);
        return isNew;
    }

    private void Forget(NeighborEntry entry)
    {
        _neighbor = null;
        if (_changes is not null)
            _changes.ReleaseNeighbor(Adapter.Name, entry);
        else
            bench.Network.RemoveNeighbor(Adapter.Name, entry);
    }

    private void TellMissing(NeighborEntry entry, string seen)
    {
        string command = OperatingSystem.IsWindows()
            ? $"netsh interface ipv4 add neighbors \"{Adapter.Name}\" {entry.Address} {entry.MacText.Replace(':', '-')} store=active"
            : OperatingSystem.IsMacOS()
                ? $"sudo arp -s {entry.Address} {entry.MacText}"
                : $"sudo ip neigh replace {entry.Address} lladdr {entry.MacText} dev {Adapter.Name} nud permanent";
        diagnosis.Add(ProblemCatalogue.Create(
            ProblemCode.PutNeighborMissing, [seen], ("address", $"{entry.Address}"), ("command", command)));
    }

    private void TellOthers()
    {
        foreach (NetworkAdapter other in bench.Network.Adapters())
        {
            if (other.Name != Adapter.Name && other.Kind != AdapterKind.Loopback
                && other.Addresses.FirstOrDefault(a => a.Covers(Own.Address) || Own.Covers(a.Address)) is { Address: not null } near)
            {
                diagnosis.Add(ProblemCatalogue.Create(ProblemCode.AddressElsewhere, [$"{other.Name} has {near}, {Adapter.Name} has {Own}"],
                    ("other", other.Name), ("address", $"{near}"), ("adapter", Adapter.Name)));
            }
        }
    }

    private void Say(string text) => bench.Events.Publish(new Note("network", SafeText.Show(text, 300)));
}
