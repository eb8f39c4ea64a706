using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>What a device wants of its images, from its facts and from what the user says about the unit.</summary>
public static class ExpectedValues
{
    /// <summary>The keys of <c>--expect KEY=VALUE</c>.</summary>
    public static ImmutableArray<string> Keys { get; } =
    [
        "hw_id", "hw_rev", "region", "board", "product", "signature", "support", "device_id", "chip", "arch", "compat", "keep_settings",
        "label_mac", "flash_size", "partition_size", "largest_app",
    ];

    /// <summary>OpenWrt targets whose processors are not MIPS; kernels say "arm" and "arm64".</summary>
    private static readonly Dictionary<string, string> s_archs = new(StringComparer.Ordinal)
    {
        ["ath79"] = "mips",
        ["ramips"] = "mips",
        ["lantiq"] = "mips",
        ["bmips"] = "mips",
        ["realtek"] = "mips",
        ["bcm47xx"] = "mips",
        ["airoha/an7581"] = "arm64",
        ["mediatek/filogic"] = "arm64",
        ["mediatek/mt7622"] = "arm64",
        ["mediatek/mt7623"] = "arm",
        ["qualcommax"] = "arm64",
        ["ipq40xx"] = "arm",
        ["ipq806x"] = "arm",
        ["bcm53xx"] = "arm",
        ["kirkwood"] = "arm",
    };

    /// <summary>From the facts about the device; the largest file is a matter of the way.</summary>
    public static Expectation Of(DeviceProfile device)
    {
        ArgumentNullException.ThrowIfNull(device);
        ImmutableSortedDictionary<string, string> header = device.Header;
        return new Expectation
        {
            HwId = Number(header, "tplink_hwid") is uint id and not 0 ? id : null,
            HwRev = Number(header, "tplink_hwid") is uint and not 0 ? Number(header, "tplink_hwrev") : null,
            Boards = [.. Boards(device).Distinct(StringComparer.Ordinal)],
            Product = Text(header, "asus_productid") ?? Text(header, "buffalo_product"),
            Signature = Text(header, "seama_signature") ?? Text(header, "wrgg_signature") ?? Text(header, "signature"),
            SupportId = device.Safeloader?.SupportIds is [{ } first, ..] ? first : null,
            DeviceId = device.Xiaomi?.DeviceId,
            Arch = Arch(device.Target),
            FlashSize = ImagePurposes.ChipSize(device),
        };
    }

    /// <summary>Puts what the user says above the facts; null when the key or the value is none.</summary>
    public static Expectation? With(Expectation expected, string key, string value)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return key switch
        {
            "hw_id" => Number(value) is long n ? expected with { HwId = (uint)n } : null,
            "hw_rev" => Number(value) is long n ? expected with { HwRev = (uint)n } : null,
            "region" => expected with { Region = value },
            "board" => expected with { Boards = [value] },
            "product" => expected with { Product = value },
            "signature" => expected with { Signature = value },
            "support" => expected with { SupportId = value },
            "device_id" => Number(value) is long n ? expected with { DeviceId = (int)n } : null,
            "chip" => expected with { Chip = value },
            "arch" => expected with { Arch = value },
            "compat" => expected with { Compat = value },
            "keep_settings" => bool.TryParse(value, out bool keep) ? expected with { KeepSettings = keep } : null,
            "label_mac" => MacText.TryParse(value) is null ? null : expected with { LabelMac = MacText.Show(MacText.TryParse(value)!.Value) },
            "flash_size" => Number(value) is long n ? expected with { FlashSize = n } : null,
            "partition_size" => Number(value) is long n ? expected with { PartitionSize = n } : null,
            "largest_app" => Number(value) is long n ? expected with { LargestApp = n } : null,
            _ => null,
        };
    }

    private static IEnumerable<string> Boards(DeviceProfile device)
    {
        foreach (string key in (string[])["netgear_board_id", "ras_board", "zyxel_model_string", "sercomm_hwid"])
        {
            if (Text(device.Header, key) is string board)
                yield return board;
        }
        foreach (string name in device.Supported.Concat(device.Compatible.Take(1)))
            yield return name;
    }

    private static string? Arch(string? target) =>
        target is null ? null : s_archs.GetValueOrDefault(target) ?? s_archs.GetValueOrDefault(target.Split('/')[0]);

    private static string? Text(ImmutableSortedDictionary<string, string> header, string key) =>
        header.TryGetValue(key, out string? text) && text.Length > 0 ? text : null;

    private static uint? Number(ImmutableSortedDictionary<string, string> header, string key) =>
        Text(header, key) is string text && Number(text) is long number ? (uint)number : null;

    private static long? Number(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(hex ? text[2..] : text, hex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number <= uint.MaxValue ? number : null;
    }
}
