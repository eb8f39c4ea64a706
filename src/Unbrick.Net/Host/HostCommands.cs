namespace Unbrick.Net.Host;

/// <summary>The commands of a system that change its network until the next boot.</summary>
/// <param name="Enable">Switches an adapter on.</param>
/// <param name="Disable">Switches an adapter off.</param>
/// <param name="Add">Adds an address.</param>
/// <param name="Remove">Takes an address away.</param>
/// <param name="OwnersOfUdp">Lists UDP ports in the form of <see cref="WindowsUdpPorts"/>; null where there is no such command.</param>
internal sealed record HostCommands(
    Func<string, HostCommand> Enable, Func<string, HostCommand> Disable, Func<string, AdapterAddress, HostCommand> Add,
    Func<string, AdapterAddress, HostCommand> Remove, HostCommand? OwnersOfUdp)
{
    /// <summary>Fixes a neighbour.</summary>
    public required Func<string, NeighborEntry, HostCommand> AddNeighbor { get; init; }

    /// <summary>Takes a fixed neighbour away.</summary>
    public required Func<string, NeighborEntry, HostCommand> RemoveNeighbor { get; init; }

    /// <summary>Lists neighbours in a form of <see cref="ArpTable"/>.</summary>
    public required HostCommand Neighbors { get; init; }

    /// <summary>
    /// <c>netsh</c>, documented in Microsoft's "netsh interface" reference; <c>store=active</c> keeps the change out of the registry, so a
    /// restart undoes it.
    /// </summary>
    public static HostCommands Windows { get; } = new(
        adapter => Netsh("interface", "set", "interface", $"name={adapter}", "admin=enabled"),
        adapter => Netsh("interface", "set", "interface", $"name={adapter}", "admin=disabled"),
        (adapter, address) => Netsh(
            "interface", "ipv4", "add", "address", $"name={adapter}", $"address={address.Address}", $"mask={MaskOf(address)}",
            "store=active"),
        (adapter, address) => Netsh(
            "interface", "ipv4", "delete", "address", $"name={adapter}", $"address={address.Address}", "store=active"),
        new(SystemProgram("netstat.exe"), ["-a", "-n", "-o", "-p", "UDP"]))
    {
        AddNeighbor = (adapter, neighbor) => Netsh(
            "interface", "ipv4", "add", "neighbors", $"interface={adapter}", $"address={neighbor.Address}", $"neighbor={neighbor.Joined('-')}",
            "store=active"),
        RemoveNeighbor = (adapter, neighbor) => Netsh(
            "interface", "ipv4", "delete", "neighbors", $"interface={adapter}", $"address={neighbor.Address}", "store=active"),
        Neighbors = new(SystemProgram("arp.exe"), ["-a"]),
    };

    /// <summary><c>ifconfig</c>(8) of macOS: an alias stands beside the addresses that are there.</summary>
    public static HostCommands Mac { get; } = new(
        adapter => Ifconfig(adapter, "up"),
        adapter => Ifconfig(adapter, "down"),
        (adapter, address) => Ifconfig(adapter, "inet", address.Address.ToString(), "netmask", MaskOf(address), "alias"),
        (adapter, address) => Ifconfig(adapter, "inet", address.Address.ToString(), "-alias"),
        OwnersOfUdp: null)
    {
        AddNeighbor = (adapter, neighbor) => Arp("-s", neighbor.Address.ToString(), neighbor.MacText, "ifscope", adapter),
        RemoveNeighbor = (adapter, neighbor) => Arp("-d", neighbor.Address.ToString(), "ifscope", adapter),
        Neighbors = Arp("-a", "-n"),
    };

    private static HostCommand Netsh(params ReadOnlySpan<string> arguments) => new(SystemProgram("netsh.exe"), [.. arguments]);

    private static HostCommand Ifconfig(params ReadOnlySpan<string> arguments) => new("/sbin/ifconfig", [.. arguments]);

    private static HostCommand Arp(params ReadOnlySpan<string> arguments) => new("/usr/sbin/arp", [.. arguments]);

    private static string SystemProgram(string name) => Path.Combine(Environment.SystemDirectory, name);

    private static string MaskOf(AdapterAddress address) => Ipv4.FromNumber(Ipv4.Mask(address.PrefixLength)).ToString();
}
