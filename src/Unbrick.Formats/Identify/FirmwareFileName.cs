using System.Globalization;
using System.Text.RegularExpressions;
using Unbrick.Core.Text;

namespace Unbrick.Formats.Identify;

/// <summary>
/// What the name of a firmware file says, as vendors and OpenWrt write them: <c>Archer_MR200(EU)_V1_160905_1476936302791w.zip</c>,
/// <c>openwrt-23.05.3-ramips-mt7621-xiaomi_mi-router-4a-gigabit-squashfs-sysupgrade.bin</c>. Names lie; the content decides.
/// </summary>
public sealed partial record FirmwareFileName
{
    private const int Longest = 255;

    /// <summary>Model, as far as it can be told: <c>Archer MR200</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Hardware version: <c>1</c>, <c>2.0</c>.</summary>
    public string? HardwareVersion { get; init; }

    /// <summary>Region: <c>EU</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Date of the build.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>What OpenWrt says that it is for; <see cref="FileKind.Unknown"/> when the name does not say.</summary>
    public FileKind Purpose { get; init; }

    public static FirmwareFileName Parse(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string name = Extensions().Replace(SafeText.Show(file, Longest), "");
        Match openWrt = OpenWrt().Match(name);
        if (openWrt.Success)
            return new FirmwareFileName { Model = openWrt.Groups["model"].Value.Replace('_', ' '), Purpose = PurposeOf(name) };
        Match region = RegionMark().Match(name), version = VersionMark().Match(name), date = DateMark().Match(name);
        int end = new[] { region, version, date }.Where(mark => mark.Success).Select(mark => mark.Index).DefaultIfEmpty(0).Min();
        string model = name[..end].Replace('_', ' ').Trim(' ', '-', '.');
        return new FirmwareFileName
        {
            Model = model.Length > 0 ? model : null,
            Region = region.Success ? region.Groups[1].Value.ToUpperInvariant() : null,
            HardwareVersion = version.Success ? version.Groups[1].Value : null,
            Date = date.Success ? DateOf(date.Value) : null,
            Purpose = PurposeOf(name),
        };
    }

    private static FileKind PurposeOf(string name)
    {
        foreach ((string word, FileKind kind) in ((string, FileKind)[])
            [("initramfs", FileKind.Initramfs), ("sysupgrade", FileKind.Sysupgrade), ("factory", FileKind.Factory), ("tp_recovery", FileKind.Recovery)])
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
                return kind;
        }
        return FileKind.Unknown;
    }

    private static DateOnly? DateOf(string digits) =>
        DateOnly.TryParseExact(digits.Length == 6 ? "20" + digits : digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date
            : null;

    [GeneratedRegex(@"(\.(bin|img|zip|gz|xz|tar|trx|chk|itb|rar|ubi))+$", RegexOptions.IgnoreCase)]
    private static partial Regex Extensions();

    [GeneratedRegex(@"^(?:open|lede|immortal)wrt?-(?:[0-9.]+(?:-rc[0-9]+)?-|snapshot-|r[0-9]+-[0-9a-f]+-)*(?:[a-z0-9]+-){2}(?<model>[a-z0-9][a-z0-9_.+-]*?)(?:-(?:squashfs|initramfs|jffs2|ubifs|ext4|kernel)\b.*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex OpenWrt();

    [GeneratedRegex(@"\((EU|US|UN|CN|JP|RU|BR|KR|TW|CA|AU|DE|FR|IL|ID|SA|TR|UA|EU1|US1)\)", RegexOptions.IgnoreCase)]
    private static partial Regex RegionMark();

    [GeneratedRegex(@"(?<=[a-z0-9]*[_ ()-]|[0-9])v([0-9]{1,2}(?:\.[0-9]{1,2})?)(?=[_. ()-]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex VersionMark();

    [GeneratedRegex("(?<![0-9])(?:20)?[0-3][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")]
    private static partial Regex DateMark();
}
