using Unbrick.Net.Host;

namespace Unbrick.Recovery.Host;

/// <summary>What a run does to the user's machine and has to take back.</summary>
public enum HostChangeKind
{
    /// <summary>An address that was not there was added.</summary>
    AddressAdded,

    /// <summary>An adapter that was off was switched on.</summary>
    AdapterEnabled,

    /// <summary>A fixed neighbour that was not there was added.</summary>
    NeighborFixed,
}

/// <summary>One change of this machine's network.</summary>
/// <param name="Kind">What is changed.</param>
/// <param name="Adapter">The adapter's name, for people.</param>
/// <param name="Index">
/// The adapter's index, which is what it is found again by: a USB adapter that was pulled and plugged in has the same name, but a new index
/// and none of our changes.
/// </param>
/// <param name="Address">The address of <see cref="HostChangeKind.AddressAdded"/>; null otherwise.</param>
/// <param name="Neighbor">The neighbour of <see cref="HostChangeKind.NeighborFixed"/>; null otherwise.</param>
public sealed record HostChange(HostChangeKind Kind, string Adapter, int Index, AdapterAddress? Address, NeighborEntry? Neighbor = null);
