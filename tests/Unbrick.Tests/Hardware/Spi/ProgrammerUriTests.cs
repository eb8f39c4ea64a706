using Unbrick.Hardware.Spi;

namespace Unbrick.Tests.Hardware.Spi;

public sealed class ProgrammerUriTests
{
    public static TheoryData<string, ProgrammerUri> Right => new()
    {
        { "ch341a", new Ch341aUri(null) },
        { "ch341a:1-2", new Ch341aUri(new(1, "2")) },
        { "ch341a:3-1.4.2", new Ch341aUri(new(3, "1.4.2")) },
        { "serprog:192.168.4.1:8888", new SerprogTcpUri("192.168.4.1", 8888) },
        { "serprog:esp.local:8888", new SerprogTcpUri("esp.local", 8888) },
        { "serprog:[fe80::1]:8888", new SerprogTcpUri("fe80::1", 8888) },
        { "serprog:/dev/ttyACM0:115200", new SerprogSerialUri("/dev/ttyACM0", 115_200) },
        { "serprog:/dev/ttyUSB1:4000000", new SerprogSerialUri("/dev/ttyUSB1", 4_000_000) },
        { "serprog:COM3:9600", new SerprogSerialUri("COM3", 9600) },
        { "spidev:/dev/spidev0.1?speed=8000000", new SpidevUri("/dev/spidev0.1", 8_000_000) },
    };

    [Theory]
    [MemberData(nameof(Right))]
    public void A_programmer_is_named_in_one_word_and_written_the_same_way(string text, ProgrammerUri expected)
    {
        Assert.True(ProgrammerUri.TryParse(text, out ProgrammerUri? uri, out string? reason), reason);
        Assert.Equal(expected, uri);
        Assert.Equal(text, uri.ToString());
    }

    [Theory]
    [InlineData("serprog:/dev/ttyACM0", "serprog:/dev/ttyACM0:115200")]
    [InlineData("serprog:COM12", "serprog:COM12:115200")]
    [InlineData("spidev:/dev/spidev0.0", "spidev:/dev/spidev0.0?speed=1000000")]
    [InlineData("ch341a:01-02", "ch341a:1-2")]
    public void What_is_left_out_has_a_usual_value(string text, string full)
    {
        Assert.True(ProgrammerUri.TryParse(text, out ProgrammerUri? uri, out _));
        Assert.Equal(full, uri.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ch341")]
    [InlineData("ch341a:")]
    [InlineData("ch341a:1")]
    [InlineData("ch341a:1-")]
    [InlineData("ch341a:1-0")]
    [InlineData("ch341a:1-2-3")]
    [InlineData("ch341a:1-256")]
    [InlineData("ch341a:1-1.1.1.1.1.1.1.1")]
    [InlineData("serprog")]
    [InlineData("serprog:")]
    [InlineData("serprog:host")]
    [InlineData("serprog:host:0")]
    [InlineData("serprog:host:65536")]
    [InlineData("serprog::8888")]
    [InlineData("serprog:a b:8888")]
    [InlineData("serprog:/dev/ttyACM0:")]
    [InlineData("serprog:/dev/ttyACM0:fast")]
    [InlineData("serprog:/dev/:115200")]
    [InlineData("spidev:")]
    [InlineData("spidev:spidev0.0")]
    [InlineData("spidev:/dev/spidev0.0?speed=")]
    [InlineData("spidev:/dev/spidev0.0?speed=0")]
    [InlineData("spidev:/dev/spidev0.0?mode=3")]
    [InlineData("serprog:/dev/tty\nACM0")]
    public void Anything_else_is_refused_with_the_reason(string text)
    {
        Assert.False(ProgrammerUri.TryParse(text, out ProgrammerUri? uri, out string? reason));
        Assert.Null(uri);
        Assert.NotEmpty(reason!);
    }
}
