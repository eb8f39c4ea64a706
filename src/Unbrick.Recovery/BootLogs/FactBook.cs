using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Unbrick.Core.Text;

namespace Unbrick.Recovery.BootLogs;

/// <summary>Values found in a log; the last one of a name counts, the first one of what names the device.</summary>
internal sealed partial class FactBook
{
    private const int Longest = 200;
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public string? this[string name] => _texts.GetValueOrDefault(name);

    public void Set(string name, string value)
    {
        value = value.Trim().TrimEnd('.', ',', ';');
        if (value.Length == 0 || name == "model" && value.StartsWith("Ralink APSoC", StringComparison.Ordinal) || name is "soc" or "flash.chip" && _texts.ContainsKey(name))
            return;
        _texts[name] = SafeText.Show(MacTail().Replace(value, "$1xx:xx:xx"), Longest);
    }

    public void Take(BootSignature signature, Match? match)
    {
        foreach ((string name, string value) in signature.Set)
            Set(name, value);
        if (match is null)
            return;
        foreach ((string group, string name) in signature.Facts)
        {
            if (match.Groups[group].Success)
                Set(name, match.Groups[group].Value);
        }
    }

    public long? Number(string name) => _texts.TryGetValue(name, out string? text) ? Number(name, text) as long? : null;

    /// <summary>All of them, sizes and addresses as numbers.</summary>
    public ImmutableSortedDictionary<string, object> Read()
    {
        ImmutableSortedDictionary<string, object>.Builder facts = ImmutableSortedDictionary.CreateBuilder<string, object>(StringComparer.Ordinal);
        foreach ((string name, string text) in _texts)
        {
            if (!name.StartsWith("flash.id.", StringComparison.Ordinal))
                facts[name] = Number(name, text);
        }
        if (this["flash.id.1"] is { } maker && this["flash.id.2"] is { } kind && this["flash.id.3"] is { } size)
            facts["flash.id"] = $"{maker,2}{kind,2}{size,2}".Replace(' ', '0').ToLowerInvariant();
        if (facts.TryGetValue("flash.id", out object? id))
            facts["flash.id"] = id.ToString()!.ToLowerInvariant();
        if (!facts.ContainsKey("flash.size") && facts.TryGetValue("flash.id", out id) && Capacity(id.ToString()!) is long bytes)
            facts["flash.size"] = bytes;
        return facts.ToImmutable();
    }

    /// <summary>JESD216 and practice: the third byte of the id of an SPI NOR chip is the power of two of its size.</summary>
    private static long? Capacity(string id) =>
        id.Length == 6 && int.TryParse(id.AsSpan(4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int power) && power is >= 0x10 and <= 0x1A
            ? 1L << power : null;

    private static object Number(string name, string text) => name switch
    {
        "load.address" or "boot.address" or "write.offset" or "write.length" => Hex(text) ?? (object)text,
        "flash.size" or "ram.size" => Size(text) ?? (object)text,
        "read.length" => Hex(text) ?? (object)text,
        "read.size" when text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) => Hex(text[2..]) ?? (object)text,
        "transfer.size" or "image.size" or "read.size" => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : text,
        _ => text,
    };

    private static long? Hex(string text) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary><c>16 MB</c>, <c>128 MiB</c>, <c>16384 K</c>: chips and memories come in binary units whatever is written.</summary>
    private static long? Size(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExcept(s_number);
        if (digits < 1 || !double.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out double number))
            return null;
        return char.ToUpperInvariant(text.AsSpan(digits).TrimStart().ToString().FirstOrDefault()) switch
        {
            'K' => (long)(number * 1024),
            'M' => (long)(number * 1024 * 1024),
            'G' => (long)(number * 1024 * 1024 * 1024),
            _ => null,
        };
    }

    [GeneratedRegex("([0-9A-F]{2}[:-][0-9A-F]{2}[:-][0-9A-F]{2}[:-])[0-9A-F]{2}[:-][0-9A-F]{2}[:-][0-9A-F]{2}", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex MacTail();
}
