using System.Text.Json;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;

namespace Unbrick.Tests.Core;

/// <summary>What scripts rely on: keys may be added, none of these goes or changes its meaning (docs/json.md).</summary>
public sealed class EventJsonTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 21, 20, 14, 31, 250, TimeSpan.Zero);

    private static readonly Problem s_problem = new("line-loss", Severity.Warning, "packets get lost", ["3 of 100", "1 s"], "The cable.", ["Another cable."]);

    private const string ProblemJson =
        """{"code":"line-loss","severity":"warning","title":"packets get lost","seen":"3 of 100; 1 s","means":"The cable.","try":["Another cable."]}""";

    public static TheoryData<string> Lines =>
    [
        """{"type":"job-started","seq":7,"at":1795292071.25,"job":"serve","subject":"Archer C7 v2"}""",
        """{"type":"note","seq":7,"at":1795292071.25,"topic":"image","text":"x.bin, 3 bytes"}""",
        $$"""{"type":"problem","seq":7,"at":1795292071.25,"problem":{{ProblemJson}}}""",
        """{"type":"wire","seq":7,"at":1795292071.25,"what":"arp","peer":"192.168.0.86","text":"who has 192.168.0.66?"}""",
        """{"type":"progress","seq":7,"at":1795292071.25,"peer":"192.168.0.86:2345","name":"x.bin","done":512,"total":1024,"rate":1300000,"resent":17,"loss_to_device":0.002,"loss_from_device":0,"lives_left":10}""",
        """{"type":"progress","seq":7,"at":1795292071.25,"peer":"192.168.0.86:2345","name":"x.bin","done":512,"total":0,"rate":0,"resent":0,"loss_to_device":0,"loss_from_device":0,"lives_left":null}""",
        """{"type":"transfer","seq":7,"at":1795292071.25,"peer":"192.168.0.86:2345","name":"a.bin","sent_as":"x.bin","bytes":13370296,"seconds":12.4,"outcome":"complete","resent":17,"loss_to_device":0.002,"loss_from_device":0,"loader":"u-boot-legacy","lives_left":10}""",
        """{"type":"asked","seq":7,"at":1795292071.25,"question":{"code":"hold-address","text":"Really?","answers":["yes","no"],"default":"yes"}}""",
        """{"type":"answered","seq":7,"at":1795292071.25,"code":"hold-address","answer":"no"}""",
        $$"""{"type":"result","seq":7,"at":1795292071.25,"outcome":"sent","transfers":1,"diagnosis":[{{ProblemJson}}],"exit":0}""",
        """{"type":"result","seq":7,"at":1795292071.25,"outcome":"done","state":"as-planned","diagnosis":[],"chip":{"name":"Winbond W25Q128BV","jedec":"ef4018","size":16777216,"unique_id":"d1d8dfe6edf4fb02"},"contact":{"reads":112,"errors":0,"rate_at_most":1.5E-05},"reads":0,"identical":true,"sha256":null,"backup":"backup.bin","sectors":{"changed":4,"erased":4,"written":3,"verified":3,"bad":[196608]},"bad_blocks":[12,700],"ecc":{"clean":65406,"corrected":1,"failed":1,"failed_at":[430080]},"journal":null,"exit":0}""",
        """{"type":"result","seq":7,"at":1795292071.25,"outcome":"done","state":"as-planned","diagnosis":[],"port":"/dev/ttyUSB0","chip":"ESP8285","mac":"5c:cf:7f:00:00:56","flash":{"jedec":"856014","size":1048576},"backup":null,"sha256":null,"written":[{"offset":0,"length":420000,"sha256":"ab","verified":"md5"}],"boot":{"cause":"ok-normal-boot","lines":["boot mode:(3,7)"]},"line":{"sent":10,"received":20,"restarts":1},"devices":[],"exit":0}""",
        """{"type":"result","seq":7,"at":1795292071.25,"outcome":"done","steps":[{"do":"setenv","verified":"read back","seconds":0.14,"detail":"bootdelay=5","bytes":0,"output":[]}],"diagnosis":[],"loader":"u-boot","version":"U-Boot 2023.01","prompt":"=> ","restarts":1,"retyped":2,"exit":0}""",
        """{"type":"result","seq":7,"at":1795292071.25,"baud":115200,"confidence":0.9988,"verdict":"text","bytes":437,"wiring":null,"receive":"answers","seconds":0.04,"stages":[74880,115200],"framing_errors":0,"diagnosis":[],"exit":0}""",
    ];

    private static UnbrickEvent[] Events =>
    [
        new JobStarted("serve", "Archer C7 v2"),
        new Note("image", "x.bin, 3 bytes"),
        new Found(s_problem),
        new Wire("arp", "192.168.0.86", "who has 192.168.0.66?"),
        new Progress("192.168.0.86:2345", "x.bin", 512, 1024, 1_300_000, 17, 0.002, 0, 10),
        new Progress("192.168.0.86:2345", "x.bin", 512, 0, 0, 0, 0, 0, null),
        new TransferEnded("192.168.0.86:2345", "a.bin", "x.bin", 13_370_296, 12.4, "complete", 17, 0.002, 0, "u-boot-legacy", 10),
        new Asked(Question.OfYesOrNo("hold-address", "Really?")),
        new Answered("hold-address", "no"),
        new ServeResult("sent", 1, [s_problem]) { Exit = 0 },
        new SpiResult("done", "as-planned", [])
        {
            Chip = new SpiChipRow("Winbond W25Q128BV", "ef4018", 16_777_216, "d1d8dfe6edf4fb02"),
            Contact = new SpiContactRow(112, 0, 0.000015),
            Identical = true,
            Backup = "backup.bin",
            Sectors = new SpiSectorRow(4, 4, 3, 3, [0x3_0000]),
            BadBlocks = [12, 700],
            Ecc = new SpiEccRow(65_406, 1, 1, [0x6_9000]),
        },
        new EspResult("done", "as-planned", [])
        {
            Port = "/dev/ttyUSB0",
            Chip = "ESP8285",
            Mac = "5c:cf:7f:00:00:56",
            Flash = new EspFlashRow("856014", 1_048_576),
            Written = [new EspWrittenRow(0, 420_000, "ab", "md5")],
            Boot = new EspBootRow("ok-normal-boot", ["boot mode:(3,7)"]),
            Line = new EspLineRow(10, 20, 1),
        },
        new LoaderResult("done", [new LoaderStepRow("setenv", "read back", 0.14, "bootdelay=5")], [])
        {
            Loader = "u-boot",
            Version = "U-Boot 2023.01",
            Prompt = "=> ",
            Restarts = 1,
            Retyped = 2,
        },
        new LineResult(115_200, 0.9988, "text", 437) { Receive = "answers", Seconds = 0.04, Stages = [74_880, 115_200], FramingErrors = 0 },
    ];

    [Fact]
    public void Every_event_is_the_line_that_is_promised() => Assert.Equal(
        Lines.Select(row => row.Data), Events.Select(item => EventJson.ToLine(item with { Seq = 7, At = s_at })));

    [Fact]
    public void Every_kind_of_event_there_is_can_be_written()
    {
        Type[] kinds = [.. typeof(UnbrickEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(UnbrickEvent)) && !t.IsAbstract)];
        Assert.Equal(kinds.Select(k => k.Name).Order(), Events.Select(e => e.GetType().Name).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void The_page_on_json_shows_every_kind_with_every_key(string line)
    {
        JsonElement promised = JsonDocument.Parse(line).RootElement;
        string type = promised.GetProperty("type").GetString()!;
        JsonElement[] shown = [.. Repository.Read("docs/json.md").Split('\n')
            .Where(l => l.StartsWith($"{{\"type\":\"{type}\"", StringComparison.Ordinal)).Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Contains(shown, s => Keys(s) == Keys(promised));
        string[] ofThisType = [.. Lines.Select(row => JsonDocument.Parse(row.Data).RootElement).Where(l => l.GetProperty("type").GetString() == type).Select(Keys)];
        Assert.All(shown.Where(s => s.TryGetProperty("seq", out _)), s => Assert.Contains(Keys(s), ofThisType));
    }

    [Fact]
    public void Text_from_a_device_cannot_break_the_line() => Assert.Equal(
        """{"type":"wire","seq":0,"at":0,"what":"refused","peer":"","text":"a\nb\u001B[31m\"}{"}""",
        EventJson.ToLine(new Wire("refused", "", "a\nb\e[31m\"}{") { At = DateTimeOffset.UnixEpoch }));

    private static string Keys(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(p => p.Name));
}
