using Unbrick.Formats;

namespace Unbrick.Tests.Formats.Vendors;

/// <summary>What holds for all the vendors' headers alike: they are found without being named, and damage never makes a reader fail.</summary>
public sealed class VendorFormatsTests
{
    private static readonly string[] s_ids =
    [
        "netgear-chk", "netgear-dni", "sercomm", "seama", "dlink-wrg", "jcg", "buffalo-tag", "buffalo-enc", "buffalo-tftp", "zyxel-ras",
        "zyxel-zytrx", "zyxel-zynos", "dlink-shrs", "avm-eva", "tuya-esp8266", "mtk-brom", "fip", "routerboot", "mikrotik-npk", "openwrt-sysupgrade", "sysupgrade-tar",
        "dlink-dlk", "dlink-stag", "encrpted-img", "dlink-dap", "ubnt",
    ];

    public static TheoryData<string> Ids => [.. s_ids];

    public static TheoryData<string> Files => [.. OfTheseFormats().Select(sample => sample.File)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_recognised_without_its_name_by_its_own_format_only(string file)
    {
        byte[] bytes = Samples.Bytes(file);
        string own = Samples.All.Single(sample => sample.File == file).Format;
        foreach (string id in s_ids)
        {
            Finding? finding = FormatRegistry.Find(id)!.Read(Samples.Unclaimed(bytes));
            Assert.Equal(id == own, finding is not null);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_wrong_is_the_same_whether_the_file_was_named_or_not(string file)
    {
        byte[] bytes = Samples.Bytes(file);
        IFirmwareFormat format = FormatRegistry.Find(Samples.All.Single(sample => sample.File == file).Format)!;
        IEnumerable<string> named = format.Read(Samples.Claimed(bytes))!.Flaws.Select(flaw => flaw.Code);
        Assert.Equal(named, format.Read(Samples.Unclaimed(bytes))!.Flaws.Select(flaw => flaw.Code));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Nothing_is_found_in_noise_text_and_blank_flash(string id)
    {
        IFirmwareFormat format = FormatRegistry.Find(id)!;
        byte[] noise = new byte[0x8000];
        new Random(7).NextBytes(noise);
        byte[] line = "start sysupgrade- device:x\nversion:1 {\"metadata_version\": 1}\n"u8.ToArray();
        byte[] text = [.. Enumerable.Repeat(line, 600).SelectMany(b => b)];
        byte[] blank = new byte[0x8000];
        Array.Fill(blank, (byte)0xFF);
        foreach (byte[] bytes in (byte[][])[noise, text, blank, new byte[0x8000], [], [0]])
            Assert.Null(format.Read(Samples.Unclaimed(bytes)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void What_is_claimed_is_never_null_and_never_whole_when_it_is_noise(string id)
    {
        IFirmwareFormat format = FormatRegistry.Find(id)!;
        byte[] noise = new byte[0x3000];
        new Random(11).NextBytes(noise);
        for (int length = 0; length < noise.Length; length = (length * 3 / 2) + 1)
        {
            Finding? finding = format.Read(Samples.Claimed(noise[..length]));
            Assert.NotNull(finding);
            Assert.Equal(Verdict.Bad, finding.Verdict);
            Assert.InRange(finding.Length, 1, Math.Max(1, length));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Damage_never_makes_a_reader_fail_or_leave_the_file(string file)
    {
        byte[] whole = Samples.Bytes(file);
        IFirmwareFormat format = FormatRegistry.Find(Samples.All.Single(sample => sample.File == file).Format)!;
        Random random = new(whole.Length);
        for (int round = 0; round < 60; round++)
        {
            byte[] bytes = round % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(Math.Min(bytes.Length, 0x200))] = (byte)random.Next(256);
            // Length fields at their limits.
            if (round % 4 == 1 && bytes.Length > 0x80)
                bytes.AsSpan(random.Next(0x20) * 4, 4).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0x7F);
            AssertStaysInside(format, bytes, Samples.Claimed(bytes));
            AssertStaysInside(format, bytes, Samples.Unclaimed(bytes));
        }
    }

    private static void AssertStaysInside(IFirmwareFormat format, byte[] bytes, in FormatInput input)
    {
        (format as IFormatWriter)?.Rewrite(input);
        if (format.Read(input) is not Finding finding)
            return;
        Assert.InRange(finding.Length, 1, Math.Max(1, bytes.Length));
        foreach (Part part in finding.Parts)
        {
            Assert.InRange(part.Offset, 0, bytes.Length - 1);
            Assert.InRange(part.Length, 1, finding.End - part.Offset);
        }
        format.Compare(finding, new Expectation { Boards = ["x"], Region = "EU", Product = "x", Signature = "x", Compat = "1.0", PartitionSize = 1 });
    }

    private static IEnumerable<Sample> OfTheseFormats() => Samples.All.Where(sample => s_ids.Contains(sample.Format));
}
