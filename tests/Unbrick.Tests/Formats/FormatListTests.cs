using System.Text.RegularExpressions;
using Unbrick.Formats;

namespace Unbrick.Tests.Formats;

/// <summary>The page on formats, the registry and the samples say the same.</summary>
public sealed partial class FormatListTests
{
    /// <summary>
    /// The formats of the set of files by which this was begun: what the packers of others wrote. None of them may go.
    /// </summary>
    private static readonly string[] s_fromOthers =
    [
        "asus-trx", "asus-uimage", "ath-art", "beken-rbl", "blank", "buffalo-enc", "buffalo-tag", "buffalo-tftp", "comp", "cramfs",
        "cybertan-bin", "dlink-wrg", "dtb", "esp-ptable", "esp32", "esp8266", "fit", "jcg", "jffs2", "mikrotik-npk", "mtk-factory",
        "netgear-chk", "netgear-dni", "openwrt-sysupgrade", "romfs", "safeloader", "seama", "squashfs", "sysupgrade-tar",
        "tplink-recovery-raw", "tplink-v1", "tplink-v2", "tplink-v3", "trx", "tuya-ug", "ubi", "ubifs", "uboot-env", "uimage",
        "xiaomi-hdr1", "xiaomi-hdr2", "zyxel-ras", "zyxel-zytrx",
    ];

    private static readonly Row[] s_rows = [.. Line.Matches(Repository.Read("docs/formats.md")).Select(Read)];

    public static TheoryData<string> Ids => [.. FormatRegistry.All.Select(format => format.Id)];

    [Fact]
    public void The_page_has_each_format_of_the_registry_once_and_no_other()
    {
        Assert.Equal(FormatRegistry.All.Select(format => format.Id).Order(StringComparer.Ordinal), s_rows.Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.Equal(FormatRegistry.All.Length, FormatRegistry.All.Select(format => format.Id).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void What_the_page_says_about_a_format_is_so(string id)
    {
        IFirmwareFormat format = FormatRegistry.Find(id)!;
        Row row = s_rows.Single(row => row.Id == id);
        Assert.Equal((format.Title, format is IFormatWriter), (row.Title, row.Written));
        Assert.True(Directory.Exists(Repository.PathOf($"samples/{id}")), $"samples/{id}");
        Assert.Contains(Samples.All, sample => sample.Format == id && sample.Good);
        HashSet<string> codes = [.. typeof(FlawCode).GetFields().Select(field => (string)field.GetRawConstantValue()!)];
        Assert.Empty(row.Codes.Except(codes));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Whatever_is_done_to_a_sample_the_reasons_stand_on_the_page(string id)
    {
        IFirmwareFormat format = FormatRegistry.Find(id)!;
        HashSet<string> seen = [.. Samples.All.Where(sample => sample.Format == id && sample.Why is not null).Select(sample => sample.Why!)];
        foreach (Sample sample in Samples.All.Where(sample => sample.Format == id))
        {
            byte[] whole = Samples.Bytes(sample.File);
            Random random = new(whole.Length);
            for (int round = 0; round < 40; round++)
            {
                byte[] bytes = round % 8 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
                for (int i = 0; i < round % 3 && bytes.Length > 0; i++)
                    bytes[random.Next(Math.Min(bytes.Length, round % 2 == 0 ? 0x200 : bytes.Length))] = (byte)random.Next(256);
                seen.UnionWith(format.Read(Samples.Claimed(bytes))!.Flaws.Select(flaw => flaw.Code));
            }
        }
        Assert.Empty(seen.Except(s_rows.Single(row => row.Id == id).Codes));
    }

    [Fact]
    public void No_format_that_was_known_from_the_beginning_is_missing() =>
        Assert.All(s_fromOthers, id => Assert.NotNull(FormatRegistry.Find(id)));

    /// <summary>A format has its folder, and a folder its format.</summary>
    [Fact]
    public void Every_folder_of_samples_belongs_to_a_format() =>
        Assert.All(Directory.GetDirectories(Repository.PathOf("samples")), folder => Assert.NotNull(FormatRegistry.Find(Path.GetFileName(folder))));

    private static Row Read(System.Text.RegularExpressions.Match match) => new(
        match.Groups["id"].Value, match.Groups["title"].Value, [.. Word.Matches(match.Groups["codes"].Value).Select(word => word.Groups[1].Value)],
        match.Groups["written"].Value == "yes");

    [GeneratedRegex(@"^\| `(?<id>[a-z0-9-]+)` \| (?<title>[^|]+) \| [^|]+ \| (?<codes>[^|]+) \| (?<written>yes|no) \| \[\k<id>\]\(\.\./samples/\k<id>\) \|$", RegexOptions.Multiline)]
    private static partial Regex Line { get; }

    [GeneratedRegex("`([a-z0-9-]+)`")]
    private static partial Regex Word { get; }

    private readonly record struct Row(string Id, string Title, string[] Codes, bool Written);
}
