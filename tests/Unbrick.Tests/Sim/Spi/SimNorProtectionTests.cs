namespace Unbrick.Tests.Sim.Spi;

public sealed class SimNorProtectionTests
{
    [Theory]
    [InlineData("W25Q128FV", 0x00, 0x00, -1, -1)]
    [InlineData("W25Q128FV", 0x04, 0x00, 0xFC_0000, 0x100_0000)]
    [InlineData("W25Q128FV", 0x18, 0x00, 0x80_0000, 0x100_0000)]
    [InlineData("W25Q128FV", 0x1C, 0x00, 0, 0x100_0000)]
    [InlineData("W25Q128FV", 0x24, 0x00, 0, 0x4_0000)]
    [InlineData("W25Q128FV", 0x44, 0x00, 0xFF_F000, 0x100_0000)]
    [InlineData("W25Q128FV", 0x74, 0x00, 0, 0x8000)]
    [InlineData("W25Q128FV", 0x24, 0x40, 0x4_0000, 0x100_0000)]
    [InlineData("W25Q128FV", 0x00, 0x40, 0, 0x100_0000)]
    [InlineData("W25Q128FV", 0x1C, 0x40, -1, -1)]
    [InlineData("W25Q64FV", 0x04, 0x00, 0x7E_0000, 0x80_0000)]
    [InlineData("W25Q80BV", 0x04, 0x00, 0xF_0000, 0x10_0000)]
    [InlineData("W25Q256JV", 0x44, 0x00, 0, 0x1_0000)]
    [InlineData("MX25L12835F", 0x04, 0x00, 0xFF_0000, 0x100_0000)]
    [InlineData("MX25L12835F", 0x20, 0x08, 0, 0x80_0000)]
    [InlineData("MX25L12835F", 0x3C, 0x00, 0, 0x100_0000)]
    public void What_the_bits_protect_cannot_be_written_and_all_else_can(string model, byte sr1, byte sr2, int from, int to)
    {
        using NorWires chip = new(model);
        chip.Chip.SetStatus(1, sr1);
        chip.Chip.SetStatus(2, sr2);
        int size = chip.Chip.Model.Size;
        foreach (int address in new[] { 0, from - 1, from, to - 1, to, size - 1 }.Where(a => a >= 0 && a < size && a < 1 << 24))
        {
            chip.Program(address, 0x5A);
            Assert.Equal(address >= from && address < to, chip.Chip.Content.Span[address] == 0xFF);
            chip.Ask("04");
        }
    }

    [Theory]
    [InlineData("W25Q128FV", 0x02)]
    [InlineData("GD25Q128C", 0x02)]
    [InlineData("MX25L12835F", 0x00)]
    public void A_refused_write_never_shows_as_busy(string model, byte welAfter)
    {
        using NorWires chip = new(model);
        chip.Chip.SetStatus(1, 0x3C);
        foreach (string command in new[] { "02 FF0000 00", "20 FF0000", "D8 FF0000", "C7" })
        {
            chip.Ask("06");
            chip.Ask(command);
            Assert.Equal(welAfter, chip.Status & 3);
        }
        Assert.Equal(4, chip.Chip.Counts.Protected);
        Assert.Equal(0, chip.Chip.Counts.ErasedBytes);
    }

    [Fact]
    public void Protection_that_was_lifted_by_50_is_back_after_power_was_off()
    {
        using NorWires chip = new("W25Q128FV");
        chip.Chip.SetStatus(1, 0x1C);
        chip.Ask("50");
        chip.Ask("01 00");
        Assert.Equal(0, chip.Status);
        chip.Program(0, 0x12);
        Assert.Equal([0x12], chip.Read(0, 1));
        chip.Master.CyclePower();
        Assert.Equal(0x1C, chip.Status);
        TimeSpan took = chip.Change("01 00");
        Assert.InRange(took.TotalMilliseconds, 10, 10.1);
        chip.Master.CyclePower();
        Assert.Equal(0, chip.Status);
    }

    [Theory]
    [InlineData("W25Q128BV", "02")]
    [InlineData("W25Q128FV", "02")]
    [InlineData("GD25Q128C", "00")]
    public void Two_status_bytes_go_where_the_family_takes_two(string model, string expected)
    {
        using NorWires chip = new(model);
        chip.Change("01 00 02");
        Assert.Equal(expected, chip.AskHex("35", 1));
    }

    [Theory]
    [InlineData("W25Q128BV", "00")]
    [InlineData("W25Q128FV", "42")]
    public void One_status_byte_clears_the_second_register_of_the_older_chips(string model, string expected)
    {
        using NorWires chip = new(model);
        chip.Change("01 00 42");
        chip.Change("01 04");
        Assert.Equal(expected, chip.AskHex("35", 1));
        Assert.Equal(0x04, chip.Status);
    }

    [Fact]
    public void With_WP_low_and_SRP_set_the_status_stays()
    {
        using NorWires chip = new("W25Q128FV");
        chip.Chip.SetStatus(1, 0x9C);
        chip.Chip.IsWriteProtectLow = true;
        chip.Change("01 00 00");
        Assert.Equal(0x9C, chip.Status & 0xFC);
        chip.Chip.IsWriteProtectLow = false;
        chip.Change("01 00 00");
        Assert.Equal(0x00, chip.Status);
    }

    [Fact]
    public void Lockdown_holds_until_the_power_was_off()
    {
        using NorWires chip = new("W25Q128FV");
        chip.Change("01 1C 01");
        chip.Change("01 00 00");
        Assert.Equal(0x1C, chip.Status & 0xFC);
        chip.Master.CyclePower();
        chip.Change("01 00 00");
        Assert.Equal(0x00, chip.Status);
    }

    [Fact]
    public void Security_registers_are_written_apart_and_locked_for_good()
    {
        using NorWires chip = new("W25Q128FV");
        chip.Change("42 001000 11 22");
        chip.Change("42 0020FE 33 44 55");
        Assert.Equal("1122ff", chip.AskHex("48 001000 00", 3));
        Assert.Equal("3344", chip.AskHex("48 0020FE 00", 2));
        Assert.Equal("55", chip.AskHex("48 002000 00", 1));
        Assert.Equal("ff", chip.AskHex("48 003000 00", 1));
        Assert.Equal("ff", chip.AskHex("48 000000 00", 1));
        Assert.Equal("ff", chip.AskHex("48 004000 00", 1));
        chip.Change("31 08");
        chip.Change("44 001000");
        chip.Change("44 002000");
        Assert.Equal("1122", chip.AskHex("48 001000 00", 2));
        Assert.Equal("ff", chip.AskHex("48 002000 00", 1));
        chip.Change("31 00");
        Assert.Equal("08", chip.AskHex("35", 1));
        Assert.Equal([0xFF], chip.Read(0x1000, 1));
    }

    [Fact]
    public void GigaDevice_has_512_bytes_in_a_security_register()
    {
        using NorWires chip = new("GD25Q128C");
        chip.Change("42 001100 77");
        Assert.Equal("77", chip.AskHex("48 001100 00", 1));
        Assert.Equal("ff", chip.AskHex("48 001000 00", 1));
    }
}
