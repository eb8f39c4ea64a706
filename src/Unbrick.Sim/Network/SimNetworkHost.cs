using System.Net;
using Unbrick.Net;
using Unbrick.Net.Host;
using Unbrick.Sim.Cables;
using Unbrick.Sim.Devices;

namespace Unbrick.Sim.Network;

/// <summary>
/// A PC with one Ethernet adapter, <c>sim0</c>, and a cable to a simulated device. What stands above it cannot tell it from a real one,
/// except that waiting costs no time.
/// </summary>
public sealed class SimNetworkHost : INetworkHost
{
    /// <summary>The adapter's name.</summary>
    public const string AdapterName = "sim0";

    internal const int AdapterIndex = 2;

    private readonly HostNetwork _network;

    /// <summary>Plugs the device into a PC without any address.</summary>
    public SimNetworkHost(VirtualTime time, SimDevice device, CableFaults faults)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = time;
        Cable = new FaultyCable(time, faults, device, frame => _network!.Receive(frame));
        _network = new HostNetwork(time, Cable);
    }

    /// <summary>The clock that <see cref="INetworkStack.Poll"/> moves.</summary>
    public VirtualTime Time { get; }

    /// <summary>The cable, with its counters.</summary>
    public FaultyCable Cable { get; }

    /// <summary>
    /// Called with the moment (since the clock's start) to which the clock is about to be moved. The command line waits here until a person
    /// watching a demo has come that far, too; null runs at full speed. Moves are often a few microseconds apart: wait for sums of them.
    /// </summary>
    public Action<TimeSpan>? Pacer { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkAdapter> Adapters()
    {
        LinkState link = !_network.Enabled ? LinkState.Unknown : Cable.Carrier ? LinkState.Up : LinkState.Down;
        return
        [
            new NetworkAdapter(
                AdapterName, AdapterIndex, HostNetwork.Mac.ToPhysicalAddress(), AdapterKind.Ethernet, _network.Enabled, link,
                link == LinkState.Up ? Cable.SpeedMbit : null, EthernetFrame.Mtu, _network.Addresses),
        ];
    }

    /// <inheritdoc/>
    public void Enable(string adapter)
    {
        Check(adapter);
        _network.Enabled = true;
    }

    /// <inheritdoc/>
    public void Disable(string adapter)
    {
        Check(adapter);
        _network.Enabled = false;
    }

    /// <inheritdoc/>
    public void AddAddress(string adapter, AdapterAddress address)
    {
        Check(adapter);
        if (_network.Addresses.Contains(address))
            throw new NetworkException(NetworkFailure.AddressExists, $"{adapter} has {address} already");
        _network.Addresses = _network.Addresses.Add(address);
    }

    /// <inheritdoc/>
    public void RemoveAddress(string adapter, AdapterAddress address)
    {
        Check(adapter);
        _network.Addresses = _network.Addresses.Remove(address);
    }

    /// <inheritdoc/>
    public NeighborEntry? FixedNeighbor(string adapter, IPAddress address)
    {
        Check(adapter);
        return _network.Fixed.TryGetValue(Ipv4.ToNumber(address), out MacAddress mac) ? new NeighborEntry(address, mac.ToPhysicalAddress()) : null;
    }

    /// <inheritdoc/>
    public void AddNeighbor(string adapter, NeighborEntry neighbor)
    {
        Check(adapter);
        _network.Fixed[Ipv4.ToNumber(neighbor.Address)] = MacAddress.From(neighbor.Mac);
    }

    /// <inheritdoc/>
    public void RemoveNeighbor(string adapter, NeighborEntry neighbor)
    {
        Check(adapter);
        _network.Fixed.Remove(Ipv4.ToNumber(neighbor.Address));
    }

    /// <inheritdoc/>
    public void AskNeighborAnew(string adapter, IPAddress address) => _network.Forget(Ipv4.ToNumber(address));

    /// <inheritdoc/>
    public INetworkStack OpenStack() => new SimNetworkStack(this, _network);

    /// <summary>Nobody but the stacks of this host has ports here, so there is no other owner to name.</summary>
    public string? OwnerOfUdpPort(int port) => null;

    private static void Check(string adapter)
    {
        if (adapter != AdapterName)
            throw new NetworkException(NetworkFailure.NoSuchAdapter, $"there is no adapter {adapter}; there is {AdapterName}");
    }
}
