using System.Text;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.Reports;

/// <summary>
/// Makes a log fit to be posted: passwords, Wi-Fi keys, tokens, PINs, serial numbers and the last halves of MAC addresses become <c>x</c>, length
/// for length, so that it can still be played. What is masked is counted. Patterns run in linear time on lines of bounded length.
/// </summary>
public sealed partial class SecretMask
{
    private const int LongestLine = 8192;
    private const string Names =
        @"[\w.-]*(?:passw(?:or)?d|passphrase|pass_?key|psk|wpa_?key|wep_?key\d?|wifi_?key|wlan_?key|network_?key|secret|token|api_?key|private_?key|wps_?pin|pin_?code|pppoe_?user(?:name)?|pppoe_?pass|admin_?pass|root_?pass)\w*";

    /// <summary>MAC addresses whose last half was masked.</summary>
    public int Macs { get; private set; }

    /// <summary>Passwords, keys, tokens and PINs.</summary>
    public int Secrets { get; private set; }

    /// <summary>Serial numbers.</summary>
    public int Serials { get; private set; }

    /// <summary>Masks in place, line by line.</summary>
    /// <param name="bytes">A whole file.</param>
    public void Apply(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes[..Math.Min(bytes.Length, LongestLine)].IndexOf((byte)'\n');
            Span<byte> line = end >= 0 ? bytes[..(end + 1)] : bytes[..Math.Min(bytes.Length, LongestLine)];
            string text = Encoding.Latin1.GetString(line), masked = Line(text);
            if (!ReferenceEquals(text, masked))
                Encoding.Latin1.GetBytes(masked, line);
            bytes = bytes[line.Length..];
        }
    }

    /// <summary>Masks one line; the same object when nothing was.</summary>
    public string Line(string line)
    {
        line = Secret().Replace(line, match => Hide(match, "value", () => Secrets++));
        line = Command().Replace(line, match => Hide(match, "value", () => Secrets++));
        line = Login().Replace(line, match => Hide(match, "value", () => Secrets++));
        line = Serial().Replace(line, match => Hide(match, "value", () => Serials++));
        line = Mac().Replace(line, match => IsNobodys(match.Value) ? match.Value : Hide(match, "tail", () => Macs++));
        line = BareMac().Replace(line, match => Hide(match, "tail", () => Macs++));
        return Home().Replace(line, match => Hide(match, "value", () => { }));
    }

    /// <summary>Bytes that were typed where a password was asked for.</summary>
    public void Hide(Span<byte> keys)
    {
        Secrets++;
        keys.Fill((byte)'x');
    }

    private static string Hide(Match match, string group, Action count)
    {
        Group hidden = match.Groups[group];
        if (hidden.Length == 0)
            return match.Value;
        count();
        StringBuilder text = new(match.Value);
        int from = hidden.Index - match.Index;
        for (int i = from; i < from + hidden.Length; i++)
        {
            // The colons of an address stay, so that it is still seen to be one.
            if (text[i] is not (':' or '-'))
                text[i] = 'x';
        }
        return text.ToString();
    }

    /// <summary>All zeros, all ones and groups belong to no unit.</summary>
    private static bool IsNobodys(string mac) => mac.All(c => c is '0' or ':' or '-') || mac.All(c => c is 'f' or 'F' or ':' or '-');

    [GeneratedRegex(@"(?i)\b" + Names + @"['""]?\s{0,8}[=:]\s{0,8}(?:""(?<value>[^""]{1,256})""?|'(?<value>[^']{1,256})'?|(?<value>[^\s""',;&]{1,256}))", RegexOptions.NonBacktracking)]
    private static partial Regex Secret();

    [GeneratedRegex(@"(?i)\b(?:setenv|set|fw_setenv|nvram set|uci set|option)\s+['""]?" + Names + @"['""]?[\s=]+['""]?(?<value>[^\s""']{1,256})", RegexOptions.NonBacktracking)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?i)\b(?:password|passphrase)(?: for \w{1,32})? ?(?:is|set to) ?[:""']?\s?(?<value>[^\s""']{1,128})", RegexOptions.NonBacktracking)]
    private static partial Regex Login();

    [GeneratedRegex(@"(?i)\b(?:serial[ _-]?(?:no|nr|num|number)|serial ?#|s/n|sn|device_?sn|product_?sn|imei|iccid)\.?['""]?\s{0,8}[=:#]\s{0,8}['""]?(?<value>[A-Za-z0-9][A-Za-z0-9/_-]{3,63})", RegexOptions.NonBacktracking)]
    private static partial Regex Serial();

    [GeneratedRegex(@"\b[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-](?<tail>[0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2}[:-][0-9A-Fa-f]{2})\b", RegexOptions.NonBacktracking)]
    private static partial Regex Mac();

    [GeneratedRegex(@"(?i)\b(?:mac|ethaddr|eth\daddr|wlanaddr|hwaddr|lan_?mac|wan_?mac)\w{0,16}['""]?\s{0,8}[=:]\s{0,8}['""]?(?:0x)?[0-9a-f]{6}(?<tail>[0-9a-f]{6})\b", RegexOptions.NonBacktracking)]
    private static partial Regex BareMac();

    [GeneratedRegex(@"(?:/home/|/Users/|\\Users\\|\\\\Users\\\\)(?<value>[^/\\""\s]{1,64})", RegexOptions.NonBacktracking)]
    private static partial Regex Home();
}
