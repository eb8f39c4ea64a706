using System.Buffers.Binary;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Sim.Spi;

public sealed class SimNorLargeTests
{
    private static byte[] Marked()
    {
        byte[] content = new byte[1 << 25];
        content[0x10] = 0x11;
        content[0x100_0010] = 0x22;
        return content;
    }

    [Fact]
    public void Without_a_mode_three_bytes_reach_the_lower_half()
    {
        using NorWires chip = new("W25Q256FV", Marked());
        Assert.Equal([0x11], chip.Read(0x10, 1));
    }

    [Theory]
    [InlineData("W25Q256JV", false)]
    [InlineData("W25Q256FV", true)]
    public void The_mode_is_entered_and_left(string model, bool wantsEnable)
    {
        using NorWires chip = new(model, Marked());
        chip.Ask("B7");
        Assert.Equal(!wantsEnable, chip.AskHex("03 01000010", 1) == "22");
        chip.Ask("06");
        chip.Ask("B7");
        Assert.Equal("22", chip.AskHex("03 01000010", 1));
        Assert.Equal("01", chip.AskHex("15", 1));
        chip.Change("20 01000000");
        Assert.Equal("ff", chip.AskHex("03 01000010", 1));
        chip.Ask("06");
        chip.Ask("E9");
        Assert.Equal("11", chip.AskHex("03 000010", 1));
    }

    [Fact]
    public void The_extended_address_register_has_the_upper_byte()
    {
        using NorWires chip = new("W25Q256FV", Marked());
        chip.Ask("C5 01");
        Assert.Equal("00", chip.AskHex("C8", 1));
        chip.Ask("06");
        chip.Ask("C5 01");
        Assert.Equal("01", chip.AskHex("C8", 1));
        Assert.Equal([0x22], chip.Read(0x10, 1));
        chip.Change("20 000000");
        Assert.Equal(0xFF, chip.Chip.Content.Span[0x100_0010]);
        Assert.Equal(0x11, chip.Chip.Content.Span[0x10]);
    }

    [Fact]
    public void Commands_of_their_own_leave_no_mode_behind()
    {
        using NorWires chip = new("W25Q256JV", Marked());
        Assert.Equal("22", chip.AskHex("13 01000010", 1));
        Assert.Equal("22", chip.AskHex("0C 01000010 00", 1));
        chip.Change("21 01000000");
        chip.Change("12 01000010 5A");
        Assert.Equal("5a", chip.AskHex("13 01000010", 1));
        chip.Change("DC 01000000");
        Assert.Equal("ff", chip.AskHex("13 01000010", 1));
        Assert.Equal([0x11], chip.Read(0x10, 1));
    }

    [Fact]
    public void The_older_of_two_chips_with_one_id_has_only_the_reads()
    {
        using NorWires chip = new("W25Q256FV", Marked());
        Assert.Equal("22", chip.AskHex("13 01000010", 1));
        chip.Change("21 01000000");
        Assert.Equal("22", chip.AskHex("13 01000010", 1));
        Assert.Equal(0, chip.Chip.Counts.ErasedBytes);
    }

    [Fact]
    public void SFDP_tells_size_erases_and_times()
    {
        using NorWires chip = new("W25Q128FV");
        byte[] table = chip.Ask("5A 000000 00", 0x100);
        Assert.Equal("534644500601 00ff 00060110 800000ff".Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(table[..16]));
        uint[] words = [.. Enumerable.Range(0, 16).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan(0x80 + 4 * i)))];
        Assert.Equal(0x07FF_FFFFu, words[1]);
        Assert.Equal(0x520F_200Cu, words[7]);
        Assert.Equal(0x0000_D810u, words[8]);
        Assert.Equal(2u, words[9] >> 4 & 0x1F); // (2 + 1) x 16 ms
        Assert.Equal(1u, words[9] >> 9 & 3);
        Assert.Equal(8u, words[10] >> 4 & 0xF);
        Assert.Equal(10u, words[10] >> 8 & 0x1F); // (10 + 1) x 64 us
    }

    [Theory]
    [InlineData("W25Q128BV", 9)]
    [InlineData("GD25Q128C", 9)]
    [InlineData("W25X05", -1)]
    public void Older_chips_tell_less_or_nothing(string model, int words)
    {
        using NorWires chip = new(model);
        byte[] table = chip.Ask("5A 000000 00", 16);
        Assert.Equal(words < 0 ? 0xFF : (byte)words, table[11]);
        Assert.Equal(words < 0 ? 0xFF : (byte)'S', table[0]);
    }

    [Fact]
    public void A_power_cut_leaves_a_sector_between_old_and_erased()
    {
        foreach (int part in new[] { 0, 10, 25, 40, 50, 60, 90, 99 })
        {
            using NorWires chip = new("W25X05", [.. Enumerable.Repeat((byte)0xA5, 0x1_0000)], seed: 3);
            chip.Ask("06");
            chip.Ask("20 001000");
            chip.Time.Advance(TimeSpan.FromMilliseconds(45 * part / 100.0));
            chip.Master.CyclePower();
            Assert.Equal(0, chip.Status);
            byte[] sector = chip.Read(0x1000, 0x1000);
            int old = sector.Count(b => b == 0xA5);
            int erased = sector.Count(b => b == 0xFF);
            Assert.InRange(old, part == 0 ? 4000 : part < 50 ? 4096 * (1 - part / 50.0) - 200 : 0, part < 50 ? 4096 * (1 - part / 50.0) + 200 : 30);
            Assert.InRange(erased, part == 99 ? 3000 : 0, part <= 50 ? 0 : 4095);
            Assert.All(chip.Read(0x2000, 0x1000), b => Assert.Equal(0xA5, b));
        }
    }

    [Fact]
    public void A_power_cut_leaves_a_page_with_some_bits_not_yet_cleared()
    {
        using NorWires chip = new("W25X05", seed: 3);
        chip.Ask("06");
        chip.Ask("02 000000" + new string('0', 512));
        chip.Time.Advance(TimeSpan.FromMicroseconds(335));
        chip.Master.CyclePower();
        int cleared = chip.Read(0, 256).Sum(b => 8 - byte.PopCount(b));
        Assert.InRange(cleared, 800, 1_200);
        Assert.All(chip.Read(256, 256), b => Assert.Equal(0xFF, b));
    }

    [Fact]
    public void Without_power_nothing_is_answered()
    {
        using NorWires chip = new("W25X05");
        chip.Chip.PowerOff(chip.Master.Nanoseconds);
        Assert.Equal("ffffff", chip.AskHex("9F", 3));
        chip.Chip.PowerOn();
        Assert.Equal("ef3010", chip.AskHex("9F", 3));
    }

    [Fact]
    public void Any_sequence_of_bytes_is_fine()
    {
        Random random = new(5);
        byte[] commands = [0x01, 0x02, 0x03, 0x05, 0x06, 0x0B, 0x0C, 0x11, 0x12, 0x13, 0x15, 0x20, 0x21, 0x31, 0x35, 0x42, 0x44, 0x48, 0x4B, 0x50, 0x52, 0x5A, 0x60, 0x66, 0x90, 0x99, 0x9F, 0xAB, 0xB7, 0xB9, 0xC5, 0xC7, 0xC8, 0xD8, 0xDC, 0xE9];
        foreach (SimNorModel model in SimNorModels.All)
        {
            using NorWires chip = new(model.Name, seed: 9);
            for (int i = 0; i < 3_000; i++)
            {
                byte[] write = new byte[random.Next(1, 12)];
                random.NextBytes(write);
                if (random.Next(4) != 0)
                    write[0] = commands[random.Next(commands.Length)];
                chip.Master.Transfer(write, new byte[random.Next(4) == 0 ? random.Next(600) : random.Next(4)]);
                if (random.Next(50) == 0)
                    chip.Time.Advance(TimeSpan.FromSeconds(100));
                if (random.Next(300) == 0)
                    chip.Master.CyclePower();
            }
            Assert.InRange(chip.Chip.Counts.Selects, 1_000, 3_000);
        }
    }
}
