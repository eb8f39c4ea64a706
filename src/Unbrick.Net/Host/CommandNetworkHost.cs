using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Core.Text;

namespace Unbrick.Net.Host;

/// <summary>
/// Windows and macOS, by their own commands. Those explain failures in the user's language only, so the cause is told from the state of
/// the network around the call, never from the text.
/// </summary>
/// <param name="commands">Those of this system.</param>
/// <param name="openStack">Makes a stack.</param>
/// <param name="look">Lists the adapters.</param>
/// <param name="run">Runs a command.</param>
/// <param name="isPrivileged">Whether we run as an administrator.</param>
internal sealed class CommandNetworkHost(
    HostCommands commands, Func<INetworkStack> openStack, Func<IReadOnlyList<NetworkAdapter>> look, Func<HostCommand, CommandResult> run,
    Func<bool> isPrivileged) : INetworkHost
{
    private const int LongestReason = 200;

    /// <inheritdoc/>
    public IReadOnlyList<NetworkAdapter> Adapters() => look();

    /// <inheritdoc/>
    public void Enable(string adapter) => Change(commands.Enable(Find(adapter).Name), $"switching {adapter} on");

    /// <inheritdoc/>
    public void Disable(string adapter) => Change(commands.Disable(Find(adapter).Name), $"switching {adapter} off");

    /// <inheritdoc/>
    public void AddAddress(string adapter, AdapterAddress address)
    {
        if (Find(adapter).Addresses.Contains(address))
            throw new NetworkException(NetworkFailure.AddressExists, $"{adapter} has {address} already");
        Change(commands.Add(adapter, address), $"adding {address} to {adapter}");
    }

    /// <inheritdoc/>
    public void RemoveAddress(string adapter, AdapterAddress address)
    {
        if (Find(adapter).Addresses.Contains(address))
            Change(commands.Remove(adapter, address), $"removing {address} from {adapter}");
    }

    /// <inheritdoc/>
    public NeighborEntry? FixedNeighbor(string adapter, IPAddress address) =>
        ArpTable.Find(run(commands.Neighbors).Output, address) is PhysicalAddress mac ? new NeighborEntry(address, mac) : null;

    /// <inheritdoc/>
    public void AddNeighbor(string adapter, NeighborEntry neighbor) =>
        Change(commands.AddNeighbor(Find(adapter).Name, neighbor), $"fixing {neighbor} on {adapter}");

    /// <inheritdoc/>
    public void RemoveNeighbor(string adapter, NeighborEntry neighbor)
    {
        if (FixedNeighbor(adapter, neighbor.Address) is not null)
            Change(commands.RemoveNeighbor(Find(adapter).Name, neighbor), $"removing {neighbor} from {adapter}");
    }

    /// <inheritdoc/>
    public INetworkStack OpenStack() => openStack();

    /// <inheritdoc/>
    public string? OwnerOfUdpPort(int port) => commands.OwnersOfUdp is HostCommand list
        ? WindowsUdpPorts.OwnerOf(run(list).Output, port, WindowsUdpPorts.NameOf)
        : null;

    private NetworkAdapter Find(string adapter) => look().FirstOrDefault(one => one.Name == adapter)
        ?? throw new NetworkException(NetworkFailure.NoSuchAdapter, $"there is no network adapter {SafeText.Show(adapter)}");

    private void Change(HostCommand command, string doing)
    {
        CommandResult result = run(command);
        if (result.ExitCode != 0)
        {
            throw new NetworkException(
                isPrivileged() ? NetworkFailure.Other : NetworkFailure.NotPermitted,
                $"{doing}: {SafeText.Show(result.Output.Trim(), LongestReason)}");
        }
    }
}
