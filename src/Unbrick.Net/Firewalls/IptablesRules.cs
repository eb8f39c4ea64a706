using System.Globalization;
using System.Net;

namespace Unbrick.Net.Firewalls;

/// <summary>
/// The filter table as <c>iptables-save</c> prints it (iptables(8)), and the way of a packet through it. Rules with options that are not known
/// here are passed over: a rule is named only if all of it is understood.
/// </summary>
internal static class IptablesRules
{
    private const int MostJumps = 64;

    /// <summary>The line that drops the packet, or the policy (<c>:INPUT DROP</c>); null when it passes.</summary>
    public static string? Find(string saved, FirewallPacket packet)
    {
        Dictionary<string, (string Policy, List<string> Rules)> chains = [];
        string table = "";
        foreach (string line in saved.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('*'))
                table = line[1..];
            if (table != "filter")
                continue;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith(':') && words.Length >= 2)
                chains[words[0][1..]] = (words[1], []);
            else if (words is ["-A", string name, ..] && chains.TryGetValue(name, out (string Policy, List<string> Rules) chain))
                chain.Rules.Add(line);
        }
        string start = packet.Incoming ? "INPUT" : "OUTPUT";
        int jumps = 0;
        (bool decided, string? drop) = Walk(chains, start, packet, ref jumps);
        return decided ? drop : chains.TryGetValue(start, out (string Policy, List<string>) first) && first.Policy == "DROP" ? $":{start} DROP" : null;
    }

    private static (bool Decided, string? Drop) Walk(
        Dictionary<string, (string Policy, List<string> Rules)> chains, string name, FirewallPacket packet, ref int jumps)
    {
        if (!chains.TryGetValue(name, out (string Policy, List<string> Rules) chain) || ++jumps > MostJumps)
            return (false, null);
        foreach (string rule in chain.Rules)
        {
            switch (TargetOf(rule.Split(' ', StringSplitOptions.RemoveEmptyEntries), packet))
            {
                case null:
                    continue;
                case "ACCEPT":
                    return (true, null);
                case "DROP" or "REJECT":
                    return (true, rule);
                case "RETURN":
                    return (false, null);
                case string other:
                    (bool decided, string? drop) = Walk(chains, other, packet, ref jumps);
                    if (decided)
                        return (true, drop);
                    continue;
            }
        }
        return (false, null);
    }

    /// <summary>The rule's target if it is for the packet; null when not, or when that is not known.</summary>
    private static string? TargetOf(string[] words, FirewallPacket packet)
    {
        string? target = null;
        bool not = false;
        for (int i = 2; i < words.Length; i++)
        {
            if (words[i] == "!")
            {
                not = true;
                continue;
            }
            string value = i + 1 < words.Length ? words[i + 1] : "";
            bool? holds = words[i] switch
            {
                "-p" => value is "udp" or "all",
                "-i" => packet.Incoming && IsAdapter(value, packet.Adapter),
                "-o" => !packet.Incoming && IsAdapter(value, packet.Adapter),
                "-s" => IsIn(value, packet.From.Address),
                "-d" => IsIn(value, packet.To.Address),
                "--dport" or "--dports" => HasPort(value, packet.To.Port),
                "--sport" or "--sports" => HasPort(value, packet.From.Port),
                "--ctstate" or "--state" => value.Split(',').Contains(packet.State.ToUpperInvariant()),
                "-m" or "-j" or "-g" or "--comment" or "--reject-with" => true,
                _ => null,
            };
            if (holds is not bool fits || fits == not)
                return null;
            not = false;
            if (words[i] is "-j" or "-g")
                target = value;
            i += words[i] == "--comment" ? CommentLength(words, i + 1) : 1;
        }
        return target;
    }

    private static int CommentLength(string[] words, int first)
    {
        int last = first;
        if (words[first].StartsWith('"'))
        {
            while (last + 1 < words.Length && !(words[last].EndsWith('"') && words[last].Length > 1))
                last++;
        }
        return last - first + 1;
    }

    private static bool IsAdapter(string wanted, string name) =>
        wanted.EndsWith('+') ? name.StartsWith(wanted[..^1], StringComparison.Ordinal) : name == wanted;

    private static bool IsIn(string network, IPAddress address) =>
        IPNetwork.TryParse(network.Contains('/') ? network : network + "/32", out IPNetwork parsed) && parsed.Contains(address);

    private static bool HasPort(string ports, int port) => ports.Split(',').Any(range =>
    {
        string[] ends = range.Split(':');
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && port >= first && port <= last;
    });
}
