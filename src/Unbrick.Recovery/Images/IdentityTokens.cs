using System.Globalization;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>
/// Names of devices as words that can be compared, made alike from facts about a device and from what an image says. How much a word tells
/// is a matter of how few devices have it.
/// </summary>
internal static class IdentityTokens
{
    private const int ShortestText = 4;

    /// <summary>Header fields that name a board or product; others are numbers for the packer.</summary>
    private static readonly HashSet<string> s_headerNames =
    [
        "netgear_board_id", "netgear_hw_id", "seama_signature", "wrgg_signature", "signature", "dap_signature", "buffalo_product", "asus_productid",
        "ras_board", "zyxel_model_string", "sercomm_hwid", "senao_imgname", "cfe_board_id", "uimage_name", "elecom_hwname", "edimax_header_model",
        "cameo_customer_signature", "linksys_hwname", "board_name", "ubnt_board", "dlink_rom_id",
    ];

    private static readonly string[] s_texts =
        [FactName.Board, FactName.Product, FactName.Signature, FactName.Model, FactName.Name, "device", "hd_id", "hw_name"];

    private static readonly string[] s_boards = [FactName.SupportedDevices, FactName.Compatible, FactName.Board];

    /// <summary>The words of a device, each once.</summary>
    public static string[] Of(DeviceIndex index, DeviceEntry entry, MinedDevice mined)
    {
        List<string> tokens = [];
        foreach (string name in mined.Supported ?? [])
            Add(tokens, Board(name));
        foreach (DeviceSource file in entry.Files)
        {
            foreach (string name in file.Compatible)
                Add(tokens, Board(name));
        }
        foreach (string name in mined.Compatible ?? [])
            Add(tokens, Board(name));
        Add(tokens, Board(entry.Id));
        foreach (string line in mined.Safeloader is string table ? index.Safeloader(table)?.Support ?? [] : [])
            Add(tokens, Support(line));
        if (entry.Files.Find(f => f.Xiaomi is not null)?.Xiaomi is { } xiaomi)
            Add(tokens, $"xiaomi {xiaomi.DeviceId}");
        if (mined.Hdr is { } header)
            AddHeader(tokens, header);
        return [.. tokens];
    }

    private static void AddHeader(List<string> tokens, Dictionary<string, string> header)
    {
        if (header.TryGetValue("tplink_hwid", out string? hwId) && Number(hwId) is not "0x0" and string id)
        {
            Add(tokens, $"hwid {id}");
            if (header.TryGetValue("tplink_hwrev", out string? rev))
                Add(tokens, $"hwid {id} rev {Number(rev)}");
        }
        foreach ((string key, string value) in header)
        {
            if (s_headerNames.Contains(key) && value.Length >= ShortestText)
                Add(tokens, Text(value));
        }
    }

    private static void Add(List<string> tokens, string token)
    {
        if (!tokens.Contains(token))
            tokens.Add(token);
    }

    /// <summary>The words of what was found in an image, each with a sentence of evidence.</summary>
    public static Dictionary<string, string> Of(IEnumerable<Finding> findings)
    {
        Dictionary<string, string> tokens = new(StringComparer.Ordinal);
        foreach (Finding finding in findings)
            Add(tokens, finding);
        return tokens;
    }

    private static void Add(Dictionary<string, string> tokens, Finding finding)
    {
        foreach (string name in s_boards)
        {
            foreach (string value in Identity.Values(finding[name]))
                tokens.TryAdd(Board(value), $"{finding.Format} at 0x{finding.Offset:x} names {value}");
        }
        if (finding[FactName.HwId] is string hwId)
        {
            tokens.TryAdd($"hwid {Number(hwId)}", $"{finding.Format} hardware id {hwId}");
            tokens.TryAdd($"hwid {Number(hwId)} rev {Number($"{finding[FactName.HwRev]}")}", $"{finding.Format} hardware id {hwId}, revision {finding[FactName.HwRev]}");
        }
        foreach (string line in Identity.Values(finding[FactName.SupportList]))
            tokens.TryAdd(Support(line), $"support list has {line}");
        if (finding.Format.StartsWith("xiaomi", StringComparison.Ordinal) && finding[FactName.DeviceId] is object id)
            tokens.TryAdd(string.Create(CultureInfo.InvariantCulture, $"xiaomi {id}"), string.Create(CultureInfo.InvariantCulture, $"hdr1 device id {id}"));
        foreach (string name in s_texts)
        {
            if (finding[name] is string text && text.Length >= ShortestText)
                tokens.TryAdd(Text(text), $"{finding.Format} {name.Replace('_', ' ')} {text}");
        }
    }

    private static string Board(string name) => $"board {name.Replace(',', '_')}";

    /// <summary>One spelling of a number: OpenWrt writes ids with leading zeros, or in decimal.</summary>
    private static string Number(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number) ? $"0x{number:x}" : text
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) ? $"0x{number:x}" : text;

    private static string Support(string line) => $"support {line.Replace(" ", "", StringComparison.Ordinal).Trim().ToLowerInvariant()}";

    private static string Text(string text) => $"text {text.Trim()}";
}
