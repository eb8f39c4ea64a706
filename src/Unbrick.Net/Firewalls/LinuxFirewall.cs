using Unbrick.Net.Host;

namespace Unbrick.Net.Firewalls;

/// <summary>Asks the system's own tools for the rules and finds the one that takes a packet. Needs the rights that those tools need.</summary>
/// <param name="run">Runs a program by its full path; throws <see cref="NetworkException"/> when it is not there.</param>
/// <param name="exists">Whether a program is there.</param>
internal sealed class LinuxFirewall(Func<HostCommand, CommandResult> run, Func<string, bool> exists)
{
    private static readonly string[] s_folders = ["/usr/sbin", "/sbin", "/usr/bin", "/usr/local/sbin"];

    /// <summary>The rule; null when there is none, or it cannot be found out.</summary>
    public FirewallRule? Find(FirewallPacket packet) => OfNft(packet) ?? OfIptables(packet);

    private FirewallRule? OfNft(FirewallPacket packet)
    {
        if (Output("nft", "-j", "list", "ruleset") is not string json)
            return null;
        using NftRuleset? ruleset = NftRuleset.TryRead(json);
        if (ruleset?.Find(packet) is not NftRuleset.Drop drop)
            return null;
        string text = drop.Handle is null ? "policy drop" : NftListing.RuleText(Output("nft", "-a", "list", "ruleset") ?? "", drop) ?? $"rule {drop.Handle}";
        string program = drop.Table == "firewalld" ? "firewalld" : ruleset.HasChain(drop, "ufw") ? "ufw" : "nftables";
        return new FirewallRule(program, $"table {drop.Family} {drop.Table}, chain {drop.Chain}: {text}", CureOf(program, drop, packet));
    }

    private FirewallRule? OfIptables(FirewallPacket packet)
    {
        foreach (string program in (string[])["iptables-save", "iptables-legacy-save"])
        {
            if (Output(program, "-t", "filter") is string saved && IptablesRules.Find(saved, packet) is string rule)
            {
                bool ufw = rule.Contains("ufw", StringComparison.Ordinal);
                string chain = packet.Incoming ? "INPUT -i" : "OUTPUT -o";
                return new FirewallRule(
                    ufw ? "ufw" : "iptables", rule, ufw ? Ufw(packet) : $"sudo {program.Replace("-save", "", StringComparison.Ordinal)} -I {chain} {packet.Adapter} -p udp -j ACCEPT");
            }
        }
        return null;
    }

    /// <summary>An accept in another table would not help: a drop anywhere is final, so the way is made free where it is closed.</summary>
    private static string CureOf(string program, NftRuleset.Drop drop, FirewallPacket packet) => program switch
    {
        "firewalld" => $"sudo firewall-cmd --zone=trusted --change-interface={packet.Adapter}",
        "ufw" => Ufw(packet),
        _ when drop.Family == "netdev" && drop.Handle is long handle => $"sudo nft delete rule netdev {drop.Table} {drop.Chain} handle {handle}",
        _ => $"sudo nft insert rule {drop.Family} {drop.Table} {drop.BaseChain} {(packet.Incoming ? "iifname" : "oifname")} {packet.Adapter} meta l4proto udp accept",
    };

    private static string Ufw(FirewallPacket packet) => packet.Incoming ? $"sudo ufw allow in on {packet.Adapter}" : $"sudo ufw allow out on {packet.Adapter}";

    private string? Output(string program, params string[] arguments)
    {
        foreach (string folder in s_folders)
        {
            string path = Path.Combine(folder, program);
            if (!exists(path))
                continue;
            try
            {
                CommandResult result = run(new HostCommand(path, [.. arguments]));
                return result.ExitCode == 0 ? result.Output : null;
            }
            catch (NetworkException)
            {
                return null;
            }
        }
        return null;
    }
}
