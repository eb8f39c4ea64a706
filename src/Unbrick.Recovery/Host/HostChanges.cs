using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Host;

/// <summary>
/// The changes that one run makes to this machine's network, for as long as it needs them. What was set up before is used as it is and
/// never taken back. Usable from several threads, so that Ctrl-C may end it.
/// </summary>
/// <param name="host">The network.</param>
/// <param name="journal">
/// Where each change is noted before it is made; call <see cref="HostJournal.Recover(INetworkHost)"/> on it first.
/// </param>
public sealed class HostChanges(INetworkHost host, HostJournal journal) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<HostChange> _made = new();
    private bool _ended;

    /// <summary>
    /// Adds an address for this run; false when it was there already. Throws <see cref="NetworkException"/> or
    /// <see cref="UnbrickException"/> (no journal), and then nothing has changed.
    /// </summary>
    public bool AddAddress(string adapter, AdapterAddress address)
    {
        lock (_gate)
        {
            NetworkAdapter found = Find(adapter);
            return !found.Addresses.Contains(address)
                && Make(new(HostChangeKind.AddressAdded, found.Name, found.Index, address), () => host.AddAddress(found.Name, address));
        }
    }

    /// <summary>Switches an adapter on for this run; false when it was on already. Throws like <see cref="AddAddress"/>.</summary>
    public bool Enable(string adapter)
    {
        lock (_gate)
        {
            NetworkAdapter found = Find(adapter);
            return !found.Enabled
                && Make(new(HostChangeKind.AdapterEnabled, found.Name, found.Index, Address: null), () => host.Enable(found.Name));
        }
    }

    /// <summary>
    /// Fixes a neighbour for this run; false when it was fixed already. Throws like <see cref="AddAddress"/>, and when another hardware address
    /// is fixed for it: that was somebody's will.
    /// </summary>
    public bool FixNeighbor(string adapter, NeighborEntry neighbor)
    {
        lock (_gate)
        {
            NetworkAdapter found = Find(adapter);
            if (host.FixedNeighbor(found.Name, neighbor.Address) is NeighborEntry there)
            {
                return there == neighbor ? false : throw new NetworkException(
                    NetworkFailure.Other, $"{there} is fixed on {found.Name} already, {neighbor.MacText} was wanted");
            }
            return Make(
                new(HostChangeKind.NeighborFixed, found.Name, found.Index, Address: null, neighbor),
                () => host.AddNeighbor(found.Name, neighbor));
        }
    }

    /// <summary>
    /// Takes back a neighbour that this run has fixed, before its end; false when it has not fixed it. Throws <see cref="NetworkException"/> when
    /// that fails; then <see cref="Undo()"/> tries again.
    /// </summary>
    public bool ReleaseNeighbor(string adapter, NeighborEntry neighbor)
    {
        lock (_gate)
        {
            HostChange? made = _made.FirstOrDefault(c => c.Kind == HostChangeKind.NeighborFixed && c.Adapter == adapter && c.Neighbor == neighbor);
            if (made is null)
                return false;
            UndoneChange result = Undo(made);
            if (result.Outcome == UndoOutcome.Failed)
                throw new NetworkException(NetworkFailure.Other, result.Text);
            HostChange[] others = [.. _made.Where(c => !ReferenceEquals(c, made)).Reverse()];
            _made.Clear();
            foreach (HostChange other in others)
                _made.Push(other);
            return true;
        }
    }

    /// <summary>
    /// Takes everything back, the last change first, and says what became of it. Does not throw; what fails stays in the journal for
    /// the next start.
    /// </summary>
    public ImmutableArray<UndoneChange> Undo()
    {
        lock (_gate)
        {
            _ended = true;
            List<UndoneChange> results = [];
            while (_made.TryPop(out HostChange? change))
                results.Add(Undo(change));
            return [.. results];
        }
    }

    /// <summary><see cref="Undo()"/> for a <c>using</c>.</summary>
    public void Dispose() => Undo();

    private NetworkAdapter Find(string adapter)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        return host.Adapters().FirstOrDefault(one => one.Name == adapter)
            ?? throw new NetworkException(NetworkFailure.NoSuchAdapter, $"there is no network adapter {SafeText.Show(adapter)}");
    }

    private bool Make(HostChange change, Action make)
    {
        journal.Plan(change);
        _made.Push(change);
        try
        {
            make();
            return true;
        }
        catch (NetworkException e) when (e.Failure == NetworkFailure.AddressExists)
        {
            _made.Pop(); // somebody else added it since we looked
            Close(change);
            return false;
        }
        catch (NetworkException)
        {
            Undo(_made.Pop()); // most likely there is nothing, but a command may fail after it has done its work
            throw;
        }
    }

    private UndoneChange Undo(HostChange change)
    {
        UndoneChange result = HostUndo.Undo(host, change);
        if (result.Outcome != UndoOutcome.Failed)
            Close(change);
        return result;
    }

    private void Close(HostChange change)
    {
        try
        {
            journal.Close(change);
        }
        catch (UnbrickException)
        {
            // The network is as it was, which is what counts; the next start finds the change gone.
        }
    }
}
