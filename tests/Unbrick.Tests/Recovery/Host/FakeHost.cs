using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Host;

namespace Unbrick.Tests.Recovery.Host;

/// <summary>A machine with adapters that behaves as the contract of <see cref="INetworkHost"/> says, and can be asked to fail.</summary>
internal sealed class FakeHost : INetworkHost
{
    private readonly List<NetworkAdapter> _adapters;

    public FakeHost(params IEnumerable<NetworkAdapter> adapters) => _adapters = [.. adapters];

    /// <summary>Called before each change takes effect; what it throws is thrown.</summary>
    public Action BeforeChange { get; set; } = static () => { };

    /// <summary>Called when a change has taken effect.</summary>
    public Action AfterChange { get; set; } = static () => { };

    /// <summary>Fixed neighbours by adapter and address.</summary>
    public Dictionary<(int Index, IPAddress Address), PhysicalAddress> Neighbors { get; } = [];

    /// <summary>All there is to compare about the machine.</summary>
    public string State => string.Join("; ", _adapters.Select(Describe).Concat(Neighbors.Select(n => $"#{n.Key.Index} {n.Key.Address} {n.Value}")));

    public static NetworkAdapter Adapter(string name, int index, bool enabled, params IEnumerable<string> addresses) => new(
        name, index, PhysicalAddress.None, AdapterKind.Ethernet, enabled, LinkState.Unknown, null, 1500, [.. addresses.Select(Address)]);

    public static AdapterAddress Address(string text) => new(IPAddress.Parse(text.Split('/')[0]), int.Parse(text.Split('/')[1]));

    public FakeHost Clone()
    {
        FakeHost clone = new(_adapters);
        foreach (((int Index, IPAddress Address) key, PhysicalAddress mac) in Neighbors)
            clone.Neighbors[key] = mac;
        return clone;
    }

    public void Replace(string adapter, NetworkAdapter? by)
    {
        int at = Find(adapter);
        if (by is null)
            _adapters.RemoveAt(at);
        else
            _adapters[at] = by;
    }

    /// <summary>Somebody else does it: no hooks.</summary>
    public void Give(string adapter, string address)
    {
        int at = Find(adapter);
        _adapters[at] = _adapters[at] with { Addresses = _adapters[at].Addresses.Add(Address(address)) };
    }

    public IReadOnlyList<NetworkAdapter> Adapters() => [.. _adapters];

    public void Enable(string adapter) => Change(adapter, one => one with { Enabled = true });

    public void Disable(string adapter) => Change(adapter, one => one with { Enabled = false });

    public void AddAddress(string adapter, AdapterAddress address) => Change(adapter, one => one.Addresses.Contains(address)
        ? throw new NetworkException(NetworkFailure.AddressExists, "it is there")
        : one with { Addresses = one.Addresses.Add(address) });

    public void RemoveAddress(string adapter, AdapterAddress address) =>
        Change(adapter, one => one with { Addresses = one.Addresses.Remove(address) });

    public NeighborEntry? FixedNeighbor(string adapter, IPAddress address) =>
        Neighbors.TryGetValue((_adapters[Find(adapter)].Index, address), out PhysicalAddress? mac) ? new NeighborEntry(address, mac) : null;

    public void AddNeighbor(string adapter, NeighborEntry neighbor) =>
        ChangeNeighbors(adapter, index => Neighbors[(index, neighbor.Address)] = neighbor.Mac);

    public void RemoveNeighbor(string adapter, NeighborEntry neighbor) =>
        ChangeNeighbors(adapter, index => Neighbors.Remove((index, neighbor.Address)));

    public INetworkStack OpenStack() => throw new NotSupportedException();

    public string? OwnerOfUdpPort(int port) => null;

    private static string Describe(NetworkAdapter one)
    {
        IEnumerable<string> addresses = one.Addresses.Select(address => address.ToString()).Order(StringComparer.Ordinal);
        return $"{one.Name} #{one.Index} {(one.Enabled ? "on" : "off")} {string.Join(",", addresses)}";
    }

    private void Change(string adapter, Func<NetworkAdapter, NetworkAdapter> change)
    {
        BeforeChange();
        int at = Find(adapter);
        _adapters[at] = change(_adapters[at]);
        AfterChange();
    }

    private void ChangeNeighbors(string adapter, Action<int> change)
    {
        BeforeChange();
        change(_adapters[Find(adapter)].Index);
        AfterChange();
    }

    private int Find(string adapter) => _adapters.FindIndex(one => one.Name == adapter) is int at and >= 0
        ? at
        : throw new NetworkException(NetworkFailure.NoSuchAdapter, $"no {adapter}");
}
