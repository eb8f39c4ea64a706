using System.Net;
using Unbrick.Net.Host;

namespace Unbrick.Tests.Recovery.Serve;

/// <summary>Passes everything on to another machine and notes what was changed there.</summary>
internal sealed class RecordingHost(INetworkHost inner) : INetworkHost
{
    public List<string> Changes { get; } = [];

    /// <summary>Adapters beside those of the machine.</summary>
    public List<NetworkAdapter> Others { get; } = [];

    /// <summary>Called before each change; what it throws is thrown.</summary>
    public Action BeforeChange { get; set; } = static () => { };

    public IReadOnlyList<NetworkAdapter> Adapters() => [.. inner.Adapters(), .. Others];

    public void Enable(string adapter) => Do($"enable {adapter}", () => inner.Enable(adapter));

    public void Disable(string adapter) => Do($"disable {adapter}", () => inner.Disable(adapter));

    public void AddAddress(string adapter, AdapterAddress address) => Do($"add {address}", () => inner.AddAddress(adapter, address));

    public void RemoveAddress(string adapter, AdapterAddress address) => Do($"remove {address}", () => inner.RemoveAddress(adapter, address));

    public NeighborEntry? FixedNeighbor(string adapter, IPAddress address) => inner.FixedNeighbor(adapter, address);

    public void AddNeighbor(string adapter, NeighborEntry neighbor) => Do($"fix {neighbor}", () => inner.AddNeighbor(adapter, neighbor));

    public void RemoveNeighbor(string adapter, NeighborEntry neighbor) => Do($"forget {neighbor}", () => inner.RemoveNeighbor(adapter, neighbor));

    public void AskNeighborAnew(string adapter, IPAddress address) => inner.AskNeighborAnew(adapter, address);

    public INetworkStack OpenStack() => inner.OpenStack();

    public string? OwnerOfUdpPort(int port) => "dnsmasq (pid 812)";

    private void Do(string what, Action change)
    {
        BeforeChange();
        change();
        Changes.Add(what);
    }
}
