using System.Text;
using Unbrick.Recovery.Lines;
using Unbrick.Recovery.Reports;

namespace Unbrick.Tests.Recovery.Reports;

public sealed class SessionReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unbrick-report").FullName;

    [Theory]
    [InlineData("wpa_passphrase=hunter2hunter2", "wpa_passphrase=xxxxxxxxxxxxxx")]
    [InlineData("wl0_wpa_psk=\"two words\"", "wl0_wpa_psk=\"xxxxxxxxx\"")]
    [InlineData("setenv wifi_key s3cret!", "setenv wifi_key xxxxxxx")]
    [InlineData("nvram set http_passwd=admin1", "nvram set http_passwd=xxxxxx")]
    [InlineData("{\"token\": \"abc123\"}", "{\"token\": \"xxxxxx\"}")]
    [InlineData("option psk 'topsecret'", "option psk 'xxxxxxxxx'")]
    [InlineData("wps_pin=12345670", "wps_pin=xxxxxxxx")]
    [InlineData("root password is tPl1nk!", "root password is xxxxxxx")]
    [InlineData("Serial Number: ABC12345678", "Serial Number: xxxxxxxxxxx")]
    [InlineData("SN:18230/E9XX01234", "SN:xxxxxxxxxxxxxxx")]
    [InlineData("eth0: 50:64:2b:11:22:33 up", "eth0: 50:64:2b:xx:xx:xx up")]
    [InlineData("MAC Address : 50-64-2B-11-22-33", "MAC Address : 50-64-2B-xx-xx-xx")]
    [InlineData("ethaddr=50642b112233", "ethaddr=50642bxxxxxx")]
    [InlineData("/ho" + "me/anna/images/x.bin", "/ho" + "me/xxxx/images/x.bin")]
    public void What_belongs_to_one_person_or_unit_is_masked_length_for_length(string line, string expected)
    {
        Assert.Equal(line.Length, expected.Length);
        Assert.Equal(expected, new SecretMask().Line(line));
    }

    [Theory]
    [InlineData("U-Boot 1.1.3 (May 11 2020 - 10:41:20)")]
    [InlineData("Booting image at 9f020000 ...")]
    [InlineData("00000010: 12 34 56 78 9a bc de f0  .4Vx....")]
    [InlineData("ff:ff:ff:ff:ff:ff and 00:00:00:00:00:00")]
    [InlineData("Time: 10:20:30 tokens in keyboard passwords")]
    [InlineData("spi0.0: w25q128 (16384 Kbytes)")]
    [InlineData("eth0: link serial=no")]
    public void What_is_needed_to_help_stays(string line) => Assert.Equal(line, new SecretMask().Line(line));

    [Fact]
    public void A_report_can_be_played_again_and_has_no_secret_left()
    {
        string session = Path.Combine(_folder, "2026-11-21T204500-console");
        Directory.CreateDirectory(session);
        using (ConsoleRecord record = ConsoleRecord.Create(session))
        {
            record.In("login: "u8, TimeSpan.FromSeconds(1), 115_200);
            record.Out("root\r"u8, TimeSpan.FromSeconds(2), 115_200);
            record.In("root\r\nPassword: "u8, TimeSpan.FromSeconds(2.1), 115_200);
            record.Out("gehe"u8, TimeSpan.FromSeconds(3), 115_200);
            record.Out("im7\rifconfig\r"u8, TimeSpan.FromSeconds(3.2), 115_200);
            record.In("\r\nbr0 HWaddr C4:E9:84:01:02:03\r\nwpa_psk=geheim8\r\n\xff\x00"u8, TimeSpan.FromSeconds(4), 115_200);
        }
        File.WriteAllText(Path.Combine(session, "backup-1.bin"), "one unit's flash");
        File.WriteAllText(Path.Combine(session, "events.jsonl"), "{\"type\":\"note\",\"text\":\"C4:E9:84:01:02:03\"}\n");
        string target = Path.Combine(_folder, "out");

        ReportMade made = SessionReport.Make(session, target, "unbrick 1");

        Assert.Equal(["backup-1.bin"], made.LeftOut);
        Assert.Equal((2, 3), (made.Macs, made.Secrets)); // the password came in two pieces
        string log = Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(target, "console.log")));
        Assert.Equal(new FileInfo(Path.Combine(session, "console.log")).Length, log.Length);
        Assert.Contains("C4:E9:84:xx:xx:xx\r\nwpa_psk=xxxxxxx\r\n", log, StringComparison.Ordinal);
        Assert.Equal("root\rxxxxxxx\rifconfig\r", File.ReadAllText(Path.Combine(target, "console.keys")));
        Assert.Equal(File.ReadAllText(Path.Combine(session, "console.times")), File.ReadAllText(Path.Combine(target, "console.times")));
        foreach (string file in Directory.GetFiles(target))
        {
            string text = File.ReadAllText(file);
            Assert.DoesNotContain("geheim", text, StringComparison.Ordinal);
            Assert.DoesNotContain("01:02:03", text, StringComparison.Ordinal);
        }
        Assert.Throws<IOException>(() => SessionReport.Make(session, target, "unbrick 1"));
    }

    [Fact]
    public void Any_bytes_of_any_length_are_masked_in_bounded_time()
    {
        byte[] bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        "psk="u8.CopyTo(bytes);
        Array.Fill(bytes, (byte)'a', 4, 100_000);
        new SecretMask().Apply(bytes);
        Assert.Equal((byte)'x', bytes[4]);
    }

    public void Dispose() => Directory.Delete(_folder, true);
}
