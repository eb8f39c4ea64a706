using Unbrick.Hardware.Spi;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Sim.Spi;

public sealed class SimNorTests
{
    [Theory]
    [InlineData("W25Q128BV", "ef4018", 0x17)]
    [InlineData("W25Q64FV", "ef4017", 0x16)]
    [InlineData("W25Q64FW", "ef6017", 0x16)]
    [InlineData("GD25Q128C", "c84018", 0x17)]
    [InlineData("MX25L12835F", "c22018", 0x17)]
    [InlineData("W25X05", "ef3010", 0x0F)]
    public void A_chip_says_who_it_is(string model, string jedec, int id)
    {
        using NorWires chip = new(model);
        Assert.Equal(jedec, chip.AskHex("9F", 3));
        Assert.Equal(jedec + jedec, chip.AskHex("9F", 6));
        Assert.Equal($"{id:x2}", chip.AskHex("AB 00 00 00", 1));
        Assert.Equal($"{jedec[..2]}{id:x2}", chip.AskHex("90 00 00 00", 2));
        Assert.Equal($"{id:x2}{jedec[..2]}", chip.AskHex("90 00 00 01", 2));
    }

    [Fact]
    public void A_program_only_clears_bits_and_wraps_inside_its_page()
    {
        using NorWires chip = new("W25X05");
        chip.Program(0x1FE, 0xF0, 0x0F, 0xAA, 0x55);
        Assert.Equal([0xF0, 0x0F], chip.Read(0x1FE, 2));
        Assert.Equal([0xAA, 0x55], chip.Read(0x100, 2));
        Assert.Equal([0xFF], chip.Read(0x200, 1));
        chip.Program(0x1FE, 0x3C, 0xFF);
        Assert.Equal([0x30, 0x0F], chip.Read(0x1FE, 2));
        Assert.Equal(1, chip.Chip.Counts.BitsNotSet);
    }

    [Fact]
    public void Of_more_than_a_page_only_the_last_page_full_counts()
    {
        using NorWires chip = new("W25X05");
        byte[] data = [.. Enumerable.Range(0, 300).Select(i => (byte)(i / 2))];
        chip.Program(0, data);
        byte[] page = chip.Read(0, 256);
        Assert.Equal(data[256..], page[..44]);
        Assert.Equal(data[44..256], page[44..]);
    }

    [Theory]
    [InlineData("20 00 12 34", 0x1000, 0x1000)]
    [InlineData("52 00 92 34", 0x8000, 0x8000)]
    [InlineData("D8 00 12 34", 0, 0x1_0000)]
    [InlineData("C7", 0, 0x1_0000)]
    [InlineData("60", 0, 0x1_0000)]
    public void An_erase_sets_its_block_and_nothing_else(string command, int from, int length)
    {
        using NorWires chip = new("W25X05", new byte[0x1_0000]);
        chip.Change(command);
        byte[] content = chip.Read(0, 0x1_0000);
        Assert.All(content[from..(from + length)], b => Assert.Equal(0xFF, b));
        Assert.Equal(length, content.Count(b => b == 0xFF));
        Assert.Equal(length, chip.Chip.Counts.ErasedBytes);
    }

    [Theory]
    [InlineData("02 000000 00", 0.032, 0.05)]
    [InlineData("20 000000", 45, 45.1)]
    [InlineData("52 000000", 120, 120.1)]
    [InlineData("D8 000000", 150, 150.1)]
    [InlineData("C7", 40_000, 40_001)]
    public void It_is_busy_as_long_as_its_data_sheet_says(string command, double least, double most)
    {
        using NorWires chip = new("W25Q128FV");
        Assert.InRange(chip.Change(command).TotalMilliseconds, least, most);
        chip.Chip.Slowness = 3;
        Assert.InRange(chip.Change(command).TotalMilliseconds, 3 * least, 3 * most);
    }

    [Fact]
    public void A_full_page_takes_longer_than_a_byte()
    {
        using NorWires chip = new("W25Q128FV");
        TimeSpan took = chip.Change("02 000000" + new string('0', 512));
        Assert.InRange(took.TotalMilliseconds, 0.66, 0.72);
    }

    [Fact]
    public void While_it_is_busy_it_only_tells_its_status()
    {
        using NorWires chip = new("W25Q128FV");
        chip.Ask("06");
        Assert.Equal(0x02, chip.Status);
        chip.Ask("20 000000");
        Assert.Equal(0x03, chip.Status);
        Assert.Equal("00", chip.AskHex("35", 1));
        Assert.Equal("ffffff", chip.AskHex("9F", 3));
        chip.Ask("06");
        chip.Ask("02 001000 00");
        chip.Time.Advance(TimeSpan.FromMilliseconds(46));
        Assert.Equal(0x00, chip.Status);
        Assert.Equal([0xFF], chip.Read(0x1000, 1));
        Assert.Equal(3, chip.Chip.Counts.IgnoredBusy);
    }

    [Fact]
    public void The_status_is_told_on_and_on_and_changes_while_it_is_read()
    {
        using NorWires chip = new("W25Q128FV");
        chip.Ask("06");
        chip.Ask("02 000000 00");
        byte[] polls = chip.Ask("05", 60);
        Assert.Equal(0x03, polls[0]);
        Assert.Equal(0x00, polls[^1]);
        Assert.InRange(polls.Count(b => b == 3), 38, 42); // 32.5 us in steps of 0.8
    }

    [Theory]
    [InlineData("02 000000 00")]
    [InlineData("20 000000")]
    [InlineData("C7")]
    [InlineData("01 00")]
    [InlineData("42 001000 00")]
    [InlineData("44 001000")]
    public void What_was_not_enabled_is_dropped(string command)
    {
        using NorWires chip = new("W25Q128FV");
        chip.Ask(command);
        Assert.Equal(0, chip.Status);
        Assert.Equal(1, chip.Chip.Counts.NotEnabled);
        chip.Ask("06");
        chip.Ask("04");
        chip.Ask(command);
        Assert.Equal(0, chip.Status);
    }

    [Theory]
    [InlineData("20 0000")]
    [InlineData("20 000000 00")]
    [InlineData("C7 00")]
    [InlineData("02 000000")]
    [InlineData("06 00")]
    public void A_command_with_a_byte_too_few_or_too_many_does_nothing(string command)
    {
        using NorWires chip = new("W25Q128FV");
        chip.Ask("06");
        chip.Ask(command);
        Assert.Equal(0x02, chip.Status);
    }

    [Fact]
    public void A_read_goes_on_from_the_end_to_the_beginning()
    {
        byte[] content = [.. Enumerable.Range(0, 0x1_0000).Select(i => (byte)(i ^ i >> 8))];
        using NorWires chip = new("W25X05", content);
        Assert.Equal([content[0xFFFE], content[0xFFFF], content[0], content[1]], chip.Read(0xFFFE, 4));
        Assert.Equal([content[2], content[3]], chip.Ask("0B 000002 00", 2));
        Assert.Equal([0xFF, content[2]], chip.Ask("0B 000002", 2));
        Assert.Equal([content[4]], chip.Ask("03 000002 00 00", 1));
    }

    [Fact]
    public void A_sleeping_chip_wakes_by_AB_only()
    {
        using NorWires chip = new("W25Q128FV");
        chip.Ask("B9");
        Assert.Equal("ffffff", chip.AskHex("9F", 3));
        Assert.Equal("ff", chip.AskHex("05", 1));
        chip.Ask("AB");
        Assert.Equal("ffffff", chip.AskHex("9F", 3));
        chip.Time.Advance(TimeSpan.FromMicroseconds(3));
        Assert.Equal("ef4018", chip.AskHex("9F", 3));
    }

    [Fact]
    public void Two_chips_have_two_unique_ids_and_each_keeps_its_own()
    {
        using NorWires chip = new("W25Q128FV", seed: 1);
        using NorWires other = new("W25Q128FV", seed: 2);
        string id = chip.AskHex("4B 00000000", 8);
        Assert.Equal(Convert.ToHexStringLower(chip.Chip.UniqueId), id);
        Assert.Equal(id, chip.AskHex("4B 00000000", 8));
        Assert.NotEqual(id, other.AskHex("4B 00000000", 8));
    }

    [Fact]
    public void Reset_needs_both_of_its_commands_one_after_the_other()
    {
        using NorWires chip = new("W25Q256JV");
        chip.Ask("B7");
        chip.Ask("66");
        chip.Ask("05", 1);
        chip.Ask("99");
        Assert.Equal("01", chip.AskHex("15", 1));
        chip.Ask("66");
        chip.Ask("99");
        chip.Time.Advance(TimeSpan.FromMicroseconds(30));
        Assert.Equal("00", chip.AskHex("15", 1));
    }

    [Fact]
    public void A_queue_pays_its_latency_once_and_is_ahead_of_its_answers()
    {
        using NorWires chip = new("W25X05", timing: SimSpiTiming.Ch341a);
        List<SpiTransfer> told = [];
        int taken = 0;
        IEnumerable<SpiTransfer> Ids()
        {
            for (; taken < 100; taken++)
                yield return new SpiTransfer(new byte[] { 0x9F }, new byte[3]);
        }
        Assert.Equal(3, chip.Master.Queue(Ids(), transfer =>
        {
            Assert.Equal([0xEF, 0x30, 0x10], transfer.Read.ToArray());
            told.Add(transfer);
            return told.Count < 3;
        }));
        Assert.Equal(18, taken);
        Assert.Equal(19, chip.Chip.Counts.Selects);
        Assert.Equal(1, chip.Master.RoundTrips);
        Assert.InRange(chip.Time.Elapsed.TotalMilliseconds, 2.4, 2.6);
    }
}
