namespace Unbrick.E2E.Lab;

/// <summary>The kernel's table of neighbours (ARP).</summary>
internal static class Neighbors
{
    /// <summary>Fixed entries on the adapter, as <c>192.168.77.2 02:00:00:00:00:02</c>.</summary>
    public static async Task<string[]> FixedAsync(NetworkNamespace machine)
    {
        Ended ended = await machine.RunAsync("ip", "-4", "neigh", "show", "dev", Cable.Adapter, "nud", "permanent");
        // 192.168.77.2 lladdr 02:00:00:00:00:02 PERMANENT
        return [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).Select(words => $"{words[0]} {words[2]}")];
    }

    /// <summary>The hardware address of the adapter.</summary>
    public static async Task<string> MacAsync(NetworkNamespace machine) =>
        (await machine.RunAsync("cat", $"/sys/class/net/{Cable.Adapter}/address")).Output.Trim();

    /// <summary>From now on the machine neither asks nor answers who has an address: it knows <paramref name="address"/> already, and is silent.</summary>
    public static async Task SilenceAsync(NetworkNamespace machine, string address, string mac)
    {
        await machine.ConfigureAsync("neigh", "replace", address, "lladdr", mac, "dev", Cable.Adapter, "nud", "permanent");
        await FilterAsync(machine, "arp", "drop");
    }

    /// <summary>A share of the IPv4 packets that arrive at a machine is lost.</summary>
    public static Task LoseAsync(NetworkNamespace machine, int percent) => FilterAsync(machine, "ip", $"numgen random mod 100 < {percent} drop");

    private static async Task FilterAsync(NetworkNamespace machine, string family, string rule)
    {
        Ended ended = await machine.RunAsync(
            "nft", $"add table {family} lab; add chain {family} lab in {{ type filter hook input priority 0; }}; add rule {family} lab in {rule}");
        Assert.True(ended.ExitCode == 0, ended.ToString());
    }
}
