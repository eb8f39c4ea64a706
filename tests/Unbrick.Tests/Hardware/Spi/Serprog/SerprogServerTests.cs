using System.Buffers;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Serprog;
using Unbrick.Sim;
using Unbrick.Sim.Spi;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Tests.Hardware.Spi.Serprog;

public sealed class SerprogServerTests
{
    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SimNor _chip = new(SimNorModels.Find("W25Q128FV")!);
    private readonly SerprogServer _server;

    public SerprogServerTests() => _server = Server(new SimSpiMaster(_chip, _time));

    [Theory]
    [InlineData("00", "06")]
    [InlineData("01", "06 0100")]
    [InlineData("02", "06 3f 01 3f 00000000000000000000000000000000000000000000000000000000 00")]
    [InlineData("03", "06 73696d2d7700000000000000000000 00")]
    [InlineData("04", "06 ffff")]
    [InlineData("05", "06 08")]
    [InlineData("08", "06 000100")]
    [InlineData("11", "06 001000")]
    [InlineData("10", "15 06")]
    [InlineData("12 08", "06")]
    [InlineData("12 01", "15")]
    [InlineData("14 00127a00", "06 80969800")]
    [InlineData("14 00000000", "15")]
    [InlineData("15 01", "06")]
    [InlineData("13 010000 030000 9f", "06 ef4018")]
    [InlineData("13 010000 000000 06", "06")]
    [InlineData("13 000000 030000", "15")]
    [InlineData("06", "15")]
    [InlineData("09", "15")]
    [InlineData("16", "15")]
    [InlineData("ff", "15")]
    public void A_command_is_answered(string asked, string answer) => Assert.Equal(Plain(answer), Ask(asked));

    [Fact]
    public void The_map_tells_the_commands_that_are_answered()
    {
        byte[] map = Convert.FromHexString(Ask("02"))[1..];
        for (int command = 0; command < 256; command++)
        {
            SerprogServer server = Server(new SimSpiMaster(_chip, _time));
            string parameters = command switch { 0x12 => "08", 0x15 => "01", 0x14 => "40420f00", 0x13 => "010000 00000006", _ => "" };
            bool known = Ask(server, $"{command:x2}{parameters}") != "15";
            Assert.Equal((map[command >> 3] >> (command & 7) & 1) != 0, known);
        }
    }

    [Fact]
    public void Bytes_may_come_one_by_one()
    {
        ArrayBufferWriter<byte> answer = new();
        foreach (byte value in Convert.FromHexString(Plain("10 13 040000 020000 03000000 01")))
            Assert.Equal(1, _server.Receive([value], answer));
        Assert.Equal("1506" + "06ffff" + "060100", Convert.ToHexStringLower(answer.WrittenSpan));
    }

    [Fact]
    public void Commands_may_be_queued()
    {
        Assert.Equal("06" + "06" + "0603", Ask("13 010000 000000 06  13 050000 000000 0200000055  13 010000 010000 05"));
        Assert.Equal(3, _server.Operations);
    }

    [Theory]
    [InlineData("13 010100 000000", 0x101)]
    [InlineData("13 ffffff ffffff", 0xFF_FFFF)]
    public void What_is_too_long_is_refused_and_the_next_command_is_found(string operation, int length)
    {
        ArrayBufferWriter<byte> answer = new();
        _server.Receive(Convert.FromHexString(Plain(operation)), answer);
        byte[] data = new byte[0x1000];
        for (int sent = 0; sent < length; sent += Math.Min(data.Length, length - sent))
            _server.Receive(data.AsSpan(0, Math.Min(data.Length, length - sent)), answer);
        _server.Receive([0x05], answer);
        Assert.Equal("15" + "0608", Convert.ToHexStringLower(answer.WrittenSpan));
        Assert.Equal(0, _chip.Counts.Selects);
    }

    [Fact]
    public void A_read_that_is_too_long_is_refused() => Assert.Equal("15" + "06ef", Ask("13 010000 011000 9f  13 010000 010000 9f"));

    [Fact]
    public void A_host_that_asks_without_reading_is_made_to_wait()
    {
        byte[] flood = [.. Enumerable.Repeat(Convert.FromHexString(Plain("13 010000 001000 9f")), 1_000).SelectMany(b => b)];
        ArrayBufferWriter<byte> answer = new();
        int taken = _server.Receive(flood, answer);
        Assert.InRange(taken, 1, 20 * 8);
        Assert.InRange(answer.WrittenCount, 0x1_0000, 0x1_2000);
    }

    [Fact]
    public void Waits_are_made_on_the_clock_of_the_programmer()
    {
        SerprogServer server = new(new SimSpiMaster(_chip, _time), new SerprogServerOptions { Delay = _time.Advance, DelayBuffer = 10 });
        Assert.Equal("060a00", Ask(server, "07"));
        Assert.Equal("06060615", Ask(server, "0B  0E e8030000  0E d0070000  0E 01000000"));
        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
        Assert.Equal("06", Ask(server, "0F"));
        Assert.Equal(3, _time.Elapsed.TotalMilliseconds);
        Assert.Equal("06", Ask(server, "0F"));
        Assert.Equal(3, _time.Elapsed.TotalMilliseconds);
        Assert.Equal("15", Ask("0B"));
    }

    [Fact]
    public void A_programmer_that_is_gone_is_a_no()
    {
        SpiFaults faults = SpiFaultList.Parse("unplug=1");
        SerprogServer server = Server(faults.Connect(new SimSpiMaster(_chip, _time), _time));
        Assert.Equal("06ef" + "15" + "0608", Ask(server, "13 010000 010000 9f  13 010000 010000 9f  05"));
        Assert.Equal(ProgrammerFault.Gone, server.Failure!.Fault);
    }

    [Fact]
    public void The_next_host_begins_anew()
    {
        Ask("13 040000 00");
        _server.Reset();
        Assert.Equal("060100", Ask("01"));
    }

    [Fact]
    public void Any_bytes_are_fine()
    {
        Random random = new(4);
        SerprogServer server = new(new SimSpiMaster(_chip, _time), new SerprogServerOptions { MaxWrite = 300, MaxRead = 300, Delay = _ => { } });
        ArrayBufferWriter<byte> answer = new();
        byte[] commands = [0x00, 0x02, 0x0B, 0x0E, 0x0F, 0x10, 0x12, 0x13, 0x13, 0x13, 0x14, 0x15];
        for (int round = 0; round < 20_000; round++)
        {
            if (round % 20 == 0)
                server.Reset(); // else one long operation swallows the rest
            byte[] data = new byte[random.Next(1, 40)];
            random.NextBytes(data);
            data[0] = commands[random.Next(commands.Length)];
            if (data[0] == 0x13 && data.Length > 7)
                (data[2], data[3], data[5], data[6]) = ((byte)random.Next(2), 0, (byte)random.Next(2), 0);
            for (int taken = 0; taken < data.Length;)
            {
                taken += server.Receive(data.AsSpan(taken), answer);
                Assert.InRange(answer.WrittenCount, 0, 0x1_0000 + 301);
                answer.ResetWrittenCount();
            }
        }
        Assert.InRange(server.Operations, 100, 20_000);
    }

    private static SerprogServer Server(ISpiMaster master) =>
        new(master, new SerprogServerOptions { Name = "sim w", MaxWrite = 0x100, MaxRead = 0x1000 });

    private static string Plain(string hex) => hex.Replace(" ", "", StringComparison.Ordinal);

    private string Ask(string hex) => Ask(_server, hex);

    private static string Ask(SerprogServer server, string hex)
    {
        ArrayBufferWriter<byte> answer = new();
        byte[] bytes = Convert.FromHexString(Plain(hex));
        Assert.Equal(bytes.Length, server.Receive(bytes, answer));
        return Convert.ToHexStringLower(answer.WrittenSpan);
    }
}
