using System.Text.Json;

namespace Unbrick.Net.Firewalls;

/// <summary>
/// An nftables ruleset as <c>nft -j list ruleset</c> shows it (libnftables-json(5)), and the way of a packet through it: the base chains of its
/// hooks by priority, their rules in order, jumps and returns. firewalld, ufw and iptables-nft end up here, too.
/// </summary>
internal sealed class NftRuleset : IDisposable
{
    /// <summary>A ruleset that jumps in circles is refused by the kernel; this is for a forged listing.</summary>
    private const int MostJumps = 64;

    private readonly JsonDocument _document;
    private readonly List<Chain> _chains = [];
    private readonly Dictionary<(string Family, string Table, string Name), JsonElement> _sets = [];

    private NftRuleset(JsonDocument document) => _document = document;

    private sealed record Chain(string Family, string Table, string Name, string? Hook, long Priority, bool Drops, JsonElement Devices)
    {
        public List<(long Handle, JsonElement Expressions)> Rules { get; } = [];
    }

    /// <summary>What becomes of a packet.</summary>
    private enum Fate
    {
        Continues,
        Returned,
        Accepted,
        Dropped,
    }

    /// <summary>Where a packet was dropped.</summary>
    /// <param name="Family">Of the table.</param>
    /// <param name="Table">Its name.</param>
    /// <param name="Chain">Its name.</param>
    /// <param name="Handle">The rule's; null for the policy of the chain.</param>
    /// <param name="BaseChain">The chain with the hook through which the packet got there.</param>
    public sealed record Drop(string Family, string Table, string Chain, long? Handle, string BaseChain);

    /// <summary>Reads a listing; null when it is none.</summary>
    public static NftRuleset? TryRead(string json)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(json);
            NftRuleset ruleset = new(document);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("nftables", out JsonElement items)
                && items.ValueKind == JsonValueKind.Array && ruleset.Take(items))
                return ruleset;
            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// Where the packet is dropped; null when it passes, or when a rule that decides is not understood. It went through these rules a moment ago:
    /// one whose counter stands at zero was not for it, which also tells of the matches that iptables-nft hides from nft (<c>xt</c>). Only if
    /// nothing is found so, a listing from before the packet say, are the counters left aside.
    /// </summary>
    public Drop? Find(FirewallPacket packet) => Find(packet, counted: true) ?? Find(packet, counted: false);

    private Drop? Find(FirewallPacket packet, bool counted)
    {
        string[] hooks = packet.Incoming ? ["ingress", "prerouting", "input"] : ["output", "postrouting", "egress"];
        try
        {
            foreach (Chain chain in _chains.Where(c => c.Hook is not null && hooks.Contains(c.Hook) && (c.Family is "ip" or "inet" or "netdev") && IsOn(c.Devices, packet.Adapter))
                .OrderBy(c => Array.IndexOf(hooks, c.Hook)).ThenBy(c => c.Priority))
            {
                NftMatch match = new(packet, name => _sets.TryGetValue((chain.Family, chain.Table, name), out JsonElement set) ? set : null);
                int jumps = 0;
                Drop? drop = null;
                Fate fate = Walk(chain, chain, match, counted, ref jumps, ref drop);
                if (drop is not null)
                    return drop;
                if (fate is Fate.Continues or Fate.Returned && chain.Drops)
                    return new Drop(chain.Family, chain.Table, chain.Name, null, chain.Name);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // A listing of another version: nothing can be said.
        }
        return null;
    }

    /// <summary>The table of the drop has a chain whose name begins so: whose table it is.</summary>
    public bool HasChain(Drop drop, string begin) =>
        _chains.Exists(c => c.Family == drop.Family && c.Table == drop.Table && c.Name.StartsWith(begin, StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private bool Take(JsonElement items)
    {
        foreach (JsonElement item in items.EnumerateArray())
        {
            if (item.TryGetProperty("chain", out JsonElement chain))
            {
                string? hook = chain.TryGetProperty("hook", out JsonElement h) ? h.GetString() : null;
                long priority = chain.TryGetProperty("prio", out JsonElement p) && p.TryGetInt64(out long number) ? number : 0;
                bool drops = chain.TryGetProperty("policy", out JsonElement policy) && policy.GetString() == "drop";
                JsonElement devices = chain.TryGetProperty("dev", out JsonElement dev) ? dev : default;
                _chains.Add(new Chain(Text(chain, "family"), Text(chain, "table"), Text(chain, "name"), hook, priority, drops, devices));
            }
            else if (item.TryGetProperty("rule", out JsonElement rule) && rule.TryGetProperty("expr", out JsonElement expressions))
            {
                Find(Text(rule, "family"), Text(rule, "table"), Text(rule, "chain"))?.Rules.Add((rule.GetProperty("handle").GetInt64(), expressions));
            }
            else if (item.TryGetProperty("set", out JsonElement set) && set.TryGetProperty("elem", out JsonElement elements))
            {
                _sets[(Text(set, "family"), Text(set, "table"), Text(set, "name"))] = elements;
            }
        }
        return true;
    }

    private Chain? Find(string family, string table, string name) =>
        _chains.FirstOrDefault(c => c.Family == family && c.Table == table && c.Name == name);

    private Fate Walk(Chain chain, Chain root, NftMatch match, bool counted, ref int jumps, ref Drop? drop)
    {
        foreach ((long handle, JsonElement expressions) in chain.Rules)
        {
            Fate fate = Fate.Continues;
            foreach (JsonElement expression in expressions.EnumerateArray())
            {
                if (expression.TryGetProperty("match", out JsonElement condition))
                {
                    if (!match.Holds(condition))
                        break;
                    continue;
                }
                if (!IsKnown(expression) || counted && IsUnused(expression))
                    break;
                JsonElement verdict = expression.TryGetProperty("vmap", out JsonElement map) ? Mapped(map, match) : expression;
                if (verdict.ValueKind == JsonValueKind.Object)
                    fate = Decide(verdict, chain, root, handle, match, counted, ref jumps, ref drop);
                if (fate != Fate.Continues)
                    break;
            }
            if (fate != Fate.Continues)
                return fate;
        }
        return Fate.Continues;
    }

    private Fate Decide(JsonElement verdict, Chain chain, Chain root, long handle, NftMatch match, bool counted, ref int jumps, ref Drop? drop)
    {
        if (verdict.TryGetProperty("accept", out _))
            return Fate.Accepted;
        if (verdict.TryGetProperty("return", out _))
            return Fate.Returned;
        if (verdict.TryGetProperty("drop", out _) || verdict.TryGetProperty("reject", out _))
        {
            drop = new Drop(chain.Family, chain.Table, chain.Name, handle, root.Name);
            return Fate.Dropped;
        }
        bool comesBack = verdict.TryGetProperty("jump", out JsonElement target);
        if ((!comesBack && !verdict.TryGetProperty("goto", out target)) || ++jumps > MostJumps || Find(chain.Family, chain.Table, Text(target, "target")) is not Chain next)
            return Fate.Continues;
        Fate fate = Walk(next, root, match, counted, ref jumps, ref drop);
        return fate is Fate.Accepted or Fate.Dropped ? fate : comesBack ? Fate.Continues : Fate.Returned;
    }

    /// <summary>Statements that neither decide nor depend on anything: counters, logs, comments, marks.</summary>
    private static bool IsKnown(JsonElement statement) => statement.ValueKind == JsonValueKind.Object && statement.EnumerateObject().All(
        part => part.Name is "counter" or "log" or "mangle" or "accept" or "drop" or "reject" or "return" or "jump" or "goto" or "vmap" or "notrack");

    /// <summary>A counter that no packet has come to.</summary>
    private static bool IsUnused(JsonElement statement) =>
        statement.TryGetProperty("counter", out JsonElement counter) && counter.ValueKind == JsonValueKind.Object
        && counter.TryGetProperty("packets", out JsonElement packets) && packets.ValueKind == JsonValueKind.Number && packets.GetDouble() == 0;

    private static JsonElement Mapped(JsonElement map, NftMatch match)
    {
        if (match.ValueOf(map.GetProperty("key")) is string value && map.GetProperty("data").TryGetProperty("set", out JsonElement pairs))
        {
            foreach (JsonElement pair in pairs.EnumerateArray())
            {
                if (match.Fits(value, pair[0]))
                    return pair[1];
            }
        }
        return default;
    }

    /// <summary>Chains of family netdev belong to adapters; older versions of nft do not say to which.</summary>
    private static bool IsOn(JsonElement devices, string adapter) => devices.ValueKind switch
    {
        JsonValueKind.String => devices.GetString() == adapter,
        JsonValueKind.Array => devices.EnumerateArray().Any(one => one.GetString() == adapter),
        _ => true,
    };

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
