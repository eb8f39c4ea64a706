using System.Text;
using Unbrick.Recovery.Lines;
using Unbrick.Sim;
using Unbrick.Sim.Lines;

namespace Unbrick.Tests.Recovery.Lines;

public sealed class LineSearchTests
{
    private const string Text =
        "\r\nU-Boot 1.1.4 (Jan 12 2015, 10:30:44)\r\n\r\nap135 - Scorpion 1.0DRAM:  128 MB\r\nFlash Manuf Id 0xef, DeviceId0 0x40, DeviceId1 0x18\r\n"
        + "flash size 16MB, sector count = 256\r\nFlash: 16 MB\r\nUsing default environment\r\n\r\nIn:    serial\r\nOut:   serial\r\nErr:   serial\r\n"
        + "Net:   ath_gmac_enet_initialize...\r\nath_gmac_enet_initialize: reset mask:c02200 \r\nScorpion  ----> S17 PHY *\r\nathrs17_reg_init: complete\r\n"
        + "SGMII in forced mode\r\n: cfg1 0x80000000 cfg2 0x7114\r\neth0: ba:be:fa:ce:08:41\r\neth0 up\r\nAutobooting in 1 seconds\r\n## Booting image at 9f020000 ...\r\n"
        + "   Uncompressing Kernel Image ... OK\r\n\r\nStarting kernel ...\r\n\r\n";

    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(115_200, 0)]
    [InlineData(57_600, 0.015)]
    [InlineData(38_400, -0.015)]
    [InlineData(9_600, 0)]
    [InlineData(74_880, 0.01)]
    [InlineData(230_400, -0.01)]
    [InlineData(921_600, 0)]
    [InlineData(1_500_000, 0.01)]
    public void A_rate_is_found_within_a_second_of_traffic(int baud, double clock)
    {
        LineVerdict verdict = Run(new SimLineOptions { Stages = [new(baud, [.. Bytes(8)])], ClockError = clock, FlipRate = 0.001, Start = 0.2, Repeats = true })!;
        Assert.Equal((LineKind.Text, baud), (verdict.Kind, verdict.Baud));
        Assert.InRange(verdict.Traffic.TotalSeconds, 0, 1);
        Assert.InRange(verdict.Confidence, 0.9, 1);
    }

    [Theory]
    [InlineData(LineFault.Swapped, LineKind.Silent)]
    [InlineData(LineFault.NoGround, LineKind.NoGround)]
    [InlineData(LineFault.Inverted, LineKind.Inverted)]
    [InlineData(LineFault.ReceiveDead, LineKind.ReceiveDead)]
    [InlineData(LineFault.None, LineKind.Text)]
    public void What_is_wrong_with_the_wires_is_told(LineFault fault, LineKind expected)
    {
        LineVerdict verdict = Run(new SimLineOptions { Stages = [new(57_600, [.. Bytes(6)])], Fault = fault, Start = 0.2 }, checks: true)!;
        Assert.Equal(expected, verdict.Kind);
        if (expected == LineKind.Text)
            Assert.Equal(LineReceive.Answers, verdict.Receive);
    }

    [Fact]
    public void A_prompt_that_waits_is_made_to_answer_at_its_rate()
    {
        LineVerdict verdict = Run(new SimLineOptions { Stages = [new(38_400, [])], Prompt = "MT7621 # " }, checks: true)!;
        Assert.Equal((LineKind.Text, 38_400), (verdict.Kind, verdict.Baud));
    }

    [Fact]
    public void A_rate_that_changes_between_stages_is_followed()
    {
        LineVerdict verdict = Run(new SimLineOptions { Stages = [new(74_880, [.. Bytes(1)]), new(115_200, [.. Bytes(8)])], Start = 0.1 }, checks: true)!;
        Assert.Equal([74_880, 115_200], verdict.Stages.Select(s => s.Baud));
        Assert.Equal(115_200, verdict.Baud);
    }

    [Fact]
    public void When_nothing_may_be_sent_nothing_is()
    {
        VirtualTime time = new(s_start);
        using SimLine line = new(new SimLineOptions { Stages = [new(115_200, [])], Prompt = null }, time);
        LineVerdict? verdict = new LineFinder(line, time).Run(new LineSearch(new LineSearchOptions { MayType = false, Limit = TimeSpan.FromSeconds(10) }), CancellationToken.None);
        Assert.Equal(LineKind.Silent, verdict!.Kind);
        Assert.Empty(line.Understood);
    }

    [Fact]
    public void No_key_of_the_search_can_be_read_as_a_digit_at_another_rate()
    {
        foreach (int host in LineRates.All)
        {
            if (SearchKeys.At(host) is not { } key)
                continue;
            foreach (int device in LineRates.All)
            {
                VirtualTime time = new(s_start);
                using SimLine line = new(new SimLineOptions { Stages = [new(device, [])] }, time, host);
                line.Write([key]);
                _ = line.Read(new byte[64], TimeSpan.FromMilliseconds(200), out _);
                Assert.DoesNotContain(line.Understood, value => value is >= (byte)'0' and <= (byte)'9');
            }
        }
        Assert.NotNull(SearchKeys.At(115_200));
    }

    [Fact]
    public void Garbage_without_end_has_an_end()
    {
        LineSearch search = new(new LineSearchOptions { Limit = TimeSpan.FromSeconds(5) });
        Random random = new(3);
        byte[] garbage = new byte[512];
        int steps = 0;
        for (TimeSpan now = TimeSpan.Zero; search.Next(now).Kind != LineStepKind.Done && steps < 5000; now += TimeSpan.FromMilliseconds(2), steps++)
        {
            random.NextBytes(garbage);
            search.On(garbage, now);
        }
        Assert.NotNull(search.Verdict);
        Assert.NotEqual(LineKind.Text, search.Verdict.Kind);
    }

    [Fact]
    public void A_line_without_a_rate_is_text_or_not()
    {
        LineSearch search = new(new LineSearchOptions { HasRate = false, ChecksReceive = false, First = 115_200 });
        Assert.Equal(LineStepKind.Tune, search.Next(TimeSpan.Zero).Kind);
        search.On(Bytes(1), TimeSpan.FromMilliseconds(100));
        Assert.Equal(LineStepKind.Done, search.Next(TimeSpan.FromMilliseconds(101)).Kind);
        Assert.Equal(LineKind.Text, search.Verdict!.Kind);
    }

    [Fact]
    public void The_model_keeps_to_its_schema_and_tells_text_from_chance()
    {
        using System.Text.Json.JsonDocument json = DataFiles.Json("data/lines/text-model.json");
        Assert.Empty(DataFiles.Schema("line-text").Check(json.RootElement));
        Assert.InRange(LineText.Score(Bytes(1)), 1.4, 4);
        byte[] chance = new byte[2000];
        new Random(5).NextBytes(chance);
        Assert.InRange(LineText.Score(chance), -5, -0.5);
    }

    private static byte[] Bytes(int times) => [.. Enumerable.Repeat(Encoding.ASCII.GetBytes(Text), times).SelectMany(b => b)];

    private static LineVerdict? Run(SimLineOptions options, bool checks = false)
    {
        VirtualTime time = new(s_start);
        using SimLine line = new(options, time);
        LineFinder finder = new(line, time) { PowerCycle = line.PowerCycle };
        return finder.Run(new LineSearch(new LineSearchOptions { ChecksReceive = checks }), CancellationToken.None);
    }
}
