using Unbrick.Net.Host;

namespace Unbrick.Recovery.Host;

/// <summary>Takes single changes back, however much the machine has changed since.</summary>
internal static class HostUndo
{
    /// <summary>Takes back what is still there of <paramref name="change"/>; never throws <see cref="NetworkException"/>.</summary>
    public static UndoneChange Undo(INetworkHost host, HostChange change)
    {
        try
        {
            return host.Adapters().FirstOrDefault(one => one.Index == change.Index) is NetworkAdapter adapter
                ? Undo(host, change, adapter)
                : new(change, UndoOutcome.Gone);
        }
        catch (NetworkException e) when (e.Failure is NetworkFailure.NoSuchAdapter or NetworkFailure.NoSuchAddress)
        {
            return new(change, UndoOutcome.Gone); // in between looking and doing
        }
        catch (NetworkException e)
        {
            return new(change, UndoOutcome.Failed, e.Message);
        }
    }

    private static UndoneChange Undo(INetworkHost host, HostChange change, NetworkAdapter adapter)
    {
        if (change.Address is AdapterAddress address)
        {
            if (!adapter.Addresses.Contains(address))
                return new(change, UndoOutcome.Gone);
            host.RemoveAddress(adapter.Name, address);
            return new(change, UndoOutcome.Undone);
        }
        if (change.Neighbor is NeighborEntry neighbor)
        {
            if (host.FixedNeighbor(adapter.Name, neighbor.Address) != neighbor)
                return new(change, UndoOutcome.Gone);
            host.RemoveNeighbor(adapter.Name, neighbor);
            return new(change, UndoOutcome.Undone);
        }
        if (!adapter.Enabled)
            return new(change, UndoOutcome.Gone);
        if (adapter.Addresses.Length > 0)
            return new(change, UndoOutcome.Kept, $"it has the address {adapter.Addresses[0]} now");
        host.Disable(adapter.Name);
        return new(change, UndoOutcome.Undone);
    }
}
