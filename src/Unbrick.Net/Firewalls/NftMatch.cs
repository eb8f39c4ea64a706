using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Unbrick.Net.Firewalls;

/// <summary>
/// Whether one condition of an nftables rule holds for a packet (libnftables-json(5), MATCH). What is not known here, a random number say, does
/// not hold: a rule is named only if all of it is understood.
/// </summary>
/// <param name="packet">The packet.</param>
/// <param name="elementsOf">The elements of a named set; null when there is no such set.</param>
internal sealed class NftMatch(FirewallPacket packet, Func<string, JsonElement?> elementsOf)
{
    /// <summary>The condition <c>{"op": …, "left": …, "right": …}</c>.</summary>
    public bool Holds(JsonElement match)
    {
        if (!match.TryGetProperty("left", out JsonElement left) || !match.TryGetProperty("right", out JsonElement right) || ValueOf(left) is not string value)
            return false;
        string op = match.TryGetProperty("op", out JsonElement o) ? o.GetString() ?? "==" : "==";
        return op switch
        {
            "==" or "in" => Fits(value, right),
            "!=" => !Fits(value, right),
            "<" => Compare(value, right) is < 0,
            ">" => Compare(value, right) is > 0,
            "<=" => Compare(value, right) is <= 0,
            ">=" => Compare(value, right) is >= 0,
            _ => false,
        };
    }

    /// <summary>The packet's value of an expression, as nft writes it; null when it is not known.</summary>
    public string? ValueOf(JsonElement expression)
    {
        if (expression.ValueKind != JsonValueKind.Object)
            return null;
        if (expression.TryGetProperty("meta", out JsonElement meta))
            return OfMeta(Text(meta, "key"));
        if (expression.TryGetProperty("ct", out JsonElement ct))
            return Text(ct, "key") == "state" ? packet.State : null;
        return expression.TryGetProperty("payload", out JsonElement payload) ? OfPayload(Text(payload, "protocol"), Text(payload, "field")) : null;
    }

    /// <summary>Whether a value is one of those on the right side of a condition.</summary>
    public bool Fits(string value, JsonElement right)
    {
        switch (right.ValueKind)
        {
            case JsonValueKind.Number:
                return value == right.GetRawText();
            case JsonValueKind.String:
                string text = right.GetString()!;
                return text.StartsWith('@') ? elementsOf(text[1..]) is JsonElement elements && Fits(value, elements)
                    : text.EndsWith('*') ? value.StartsWith(text[..^1], StringComparison.Ordinal)
                    : value == text;
            case JsonValueKind.Array:
                return right.EnumerateArray().Any(one => Fits(value, one));
            case JsonValueKind.Object when right.TryGetProperty("set", out JsonElement set):
                return Fits(value, set);
            case JsonValueKind.Object when right.TryGetProperty("elem", out JsonElement elem) && elem.TryGetProperty("val", out JsonElement inner):
                return Fits(value, inner);
            case JsonValueKind.Object when right.TryGetProperty("range", out JsonElement range) && range.GetArrayLength() == 2:
                return Compare(value, range[0]) is >= 0 && Compare(value, range[1]) is <= 0;
            case JsonValueKind.Object when right.TryGetProperty("prefix", out JsonElement prefix):
                return IsIn(value, prefix);
            default:
                return false;
        }
    }

    private string? OfMeta(string? key) => key switch
    {
        "l4proto" => "udp",
        "nfproto" => "ipv4",
        "protocol" => "ip",
        "iifname" or "iif" when packet.Incoming => packet.Adapter,
        "oifname" or "oif" when !packet.Incoming => packet.Adapter,
        "iifname" or "iif" or "oifname" or "oif" => "",
        _ => null,
    };

    private string? OfPayload(string? protocol, string? field) => (protocol, field) switch
    {
        ("udp" or "th", "dport") => packet.To.Port.ToString(CultureInfo.InvariantCulture),
        ("udp" or "th", "sport") => packet.From.Port.ToString(CultureInfo.InvariantCulture),
        ("ip", "saddr") => packet.From.Address.ToString(),
        ("ip", "daddr") => packet.To.Address.ToString(),
        ("ip", "protocol") => "udp",
        ("ip", "version") => "4",
        // Whatever it says of another protocol, this packet does not have it.
        ("tcp" or "icmp" or "icmpv6" or "ip6" or "sctp" or "dccp", _) => "",
        _ => null,
    };

    private static int? Compare(string value, JsonElement other)
    {
        string text = other.ValueKind == JsonValueKind.String ? other.GetString()! : other.GetRawText();
        if (long.TryParse(value, out long a) && long.TryParse(text, out long b))
            return a.CompareTo(b);
        return IPAddress.TryParse(value, out IPAddress? x) && IPAddress.TryParse(text, out IPAddress? y) && value.Contains('.') && text.Contains('.')
            ? Ipv4.ToNumber(x).CompareTo(Ipv4.ToNumber(y)) : null;
    }

    private static bool IsIn(string value, JsonElement prefix) =>
        IPAddress.TryParse(value, out IPAddress? address) && IPAddress.TryParse(Text(prefix, "addr"), out IPAddress? network)
        && network.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && prefix.TryGetProperty("len", out JsonElement length)
        && ((Ipv4.ToNumber(address) ^ Ipv4.ToNumber(network)) & Ipv4.Mask(length.GetInt32())) == 0;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
