using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;

namespace Unbrick.Tests.Hardware.Spi.Chips;

public sealed class ChipIdentificationTests
{
    private static readonly ChipLibrary s_library = new();

    private static byte[] NoSfdp { get; } = [.. Enumerable.Repeat((byte)0xFF, 256)];

    [Fact]
    public void A_set_has_what_all_its_parts_have()
    {
        ChipIdentification found = Identify("ef4018");
        Assert.Equal((ChipCertainty.Set, ChipDoubt.None, false), (found.Certainty, found.Doubt, found.NeedsConfirmation));
        SpiChip chip = found.Chip!;
        Assert.Equal("Winbond W25Q128BV/FV/JV", chip.Name);
        Assert.Equal(("ef4018", 16 << 20, 256), (chip.Jedec, chip.Size, chip.Page));
        Assert.Equal([0x20, 0x52, 0xD8], chip.Erases.Select(e => (int)e.Opcode));
        Assert.Equal((true, false), (chip.HasStatus2, chip.HasStatus3));
        Assert.Equal((2700, 3600), chip.Millivolts);
        Assert.False(found.MayBe1V8 || found.IsEndangeredBy(5000));
        Assert.Equal(TimeSpan.FromMilliseconds(10), chip.PageLongest);
    }

    [Fact]
    public void The_registers_of_a_set_are_read_as_far_as_the_largest_part_has_them()
    {
        SpiChip chip = Identify("c84018").Chip!; // GD25Q128B, C and E: 256, 512 and 1,024 bytes
        Assert.Equal(new(3, 0x1000, 0x1000, 1024), chip.Security);
        Assert.Equal((true, 0x1C, new StatusBit(2, 0x40)), (chip.HasStatus2, (int)chip.ProtectBits, chip.Complement!.Value));
        Assert.Equal(2, Identify("ef4017").Chip!.StatusBytes); // one byte would clear register 2 of the BV to FV
        Assert.Equal((2700, 3600), Identify("9d7c7f").Chip!.Millivolts); // an entry with no more than a size does not hide it
    }

    [Fact]
    public void A_chip_without_a_description_is_the_part_that_has_none()
    {
        ChipIdentification found = Identify("ef4018", NoSfdp);
        Assert.Equal((ChipCertainty.Part, "Winbond W25Q128BV"), (found.Certainty, found.Chip!.Name));
        Assert.Equal(ChipCertainty.Set, Identify("ef4018", SfdpBytes.Make(16 << 20)).Certainty);
    }

    [Fact]
    public void A_description_adds_times()
    {
        SpiChip chip = Identify("ef4018", SfdpBytes.Make(16 << 20)).Chip!;
        Assert.Equal([48, 128, 160], chip.Erases.Select(e => (int)e.Typical!.Value.TotalMilliseconds));
        Assert.Equal([1000, 4000, 4000], chip.Erases.Select(e => (int)e.Longest.TotalMilliseconds));
        Assert.Equal(704, (int)chip.PageTypical!.Value.TotalMicroseconds);
        Assert.Equal("chip list, SFDP", chip.Source);
    }

    [Fact]
    public void A_description_with_other_commands_tells_parts_apart()
    {
        ChipIdentification without = Identify("c22018");
        Assert.Equal(5, without.Candidates.Length);
        Assert.DoesNotContain(without.Chip!.Erases, e => e.Opcode == 0x52); // MX25L12805D lacks it
        ChipIdentification with = Identify("c22018", SfdpBytes.Make(16 << 20));
        Assert.DoesNotContain(with.Candidates, c => c.Chip.Name.EndsWith("MX25L12805D", StringComparison.Ordinal));
        Assert.Contains(with.Chip!.Erases, e => e.Opcode == 0x52);
    }

    [Fact]
    public void A_size_that_the_description_contradicts_is_told_and_the_smaller_one_taken()
    {
        ChipIdentification smaller = Identify("ef4018", SfdpBytes.Make(8 << 20));
        Assert.Equal((ChipDoubt.SizesDiffer, true, 8 << 20), (smaller.Doubt, smaller.NeedsConfirmation, smaller.Chip!.Size));
        ChipIdentification larger = Identify("ef4018", SfdpBytes.Make(32 << 20));
        Assert.Equal((ChipDoubt.SizesDiffer, true, 16 << 20), (larger.Doubt, larger.NeedsConfirmation, larger.Chip!.Size));
        Assert.Equal(FourByteAddresses.None, larger.Chip.Addresses);
        Assert.Contains(larger.Evidence, s => s.Contains("16 MiB", StringComparison.Ordinal) && s.Contains("32 MiB", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_id_with_a_description_is_a_chip()
    {
        ChipIdentification found = Identify("254018", SfdpBytes.W25Q64JW);
        Assert.Equal((ChipCertainty.Sfdp, false, "SFDP"), (found.Certainty, found.NeedsConfirmation, found.Chip!.Source));
        Assert.Equal((8 << 20, 256, true), (found.Chip.Size, found.Chip.Page, found.Chip.HasVolatileStatus));
        Assert.True(found.IsSupplyUnknown);
        SpiChip large = Identify("254020", SfdpBytes.W25Q512JV).Chip!;
        Assert.Equal(FourByteAddresses.Commands, large.Addresses);
        Assert.Equal([0x21, 0xDC], large.Erases.Select(e => (int)e.Opcode));
    }

    [Theory]
    [InlineData("254018", 16 << 20, FourByteAddresses.None)]
    [InlineData("7f254018", 16 << 20, FourByteAddresses.None)]
    [InlineData("254010", 64 << 10, FourByteAddresses.None)]
    [InlineData("254019", 32 << 20, FourByteAddresses.Mode)]
    public void An_unknown_id_without_one_is_taken_by_its_size_and_has_to_be_confirmed(string id, int size, FourByteAddresses addresses)
    {
        ChipIdentification found = Identify(id, NoSfdp);
        Assert.Equal((ChipCertainty.SizeCode, true), (found.Certainty, found.NeedsConfirmation));
        Assert.Equal((size, addresses), (found.Chip!.Size, found.Chip.Addresses));
        Assert.Equal([0x20, 0xD8], found.Chip.Erases.Select(e => (int)e.Opcode));
    }

    [Fact]
    public void A_chip_of_which_only_the_size_is_known_is_no_surer()
    {
        ChipIdentification found = Identify("0b6018", NoSfdp);
        Assert.Equal((ChipCertainty.SizeCode, true), (found.Certainty, found.NeedsConfirmation));
        Assert.Contains("XT25F128D", found.Chip!.Name, StringComparison.Ordinal);
        Assert.Equal([0x20, 0xD8], found.Chip.Erases.Select(e => (int)e.Opcode));
        ChipIdentification told = Identify("0b6018", SfdpBytes.Make(16 << 20));
        Assert.Equal((ChipCertainty.Part, false, 3), (told.Certainty, told.NeedsConfirmation, told.Chip!.Erases.Length));
    }

    [Theory]
    [InlineData("ffffff", ChipDoubt.OnlyOnes)]
    [InlineData("000000", ChipDoubt.OnlyZeros)]
    [InlineData("ffffffffffef", ChipDoubt.OnlyOnes)]
    [InlineData("", ChipDoubt.OnlyOnes)]
    [InlineData("de8030", ChipDoubt.Implausible)] // ef4018, a bit early
    [InlineData("77a00c", ChipDoubt.Implausible)] // a bit late
    [InlineData("00ef40", ChipDoubt.Implausible)]
    [InlineData("fffff7", ChipDoubt.Implausible)]
    [InlineData("252525", ChipDoubt.Implausible)]
    [InlineData("25", ChipDoubt.Implausible)]
    [InlineData("2540ff", ChipDoubt.Unknown)]
    [InlineData("7f7f7f", ChipDoubt.Implausible)]
    public void What_is_no_id_is_no_chip(string answer, ChipDoubt doubt)
    {
        ChipIdentification found = Identify(answer, NoSfdp);
        Assert.Equal((ChipCertainty.None, doubt), (found.Certainty, found.Doubt));
        Assert.Null(found.Chip);
        Assert.Null(found.Nand);
        Assert.Single(found.Evidence);
    }

    [Fact]
    public void An_id_that_changes_is_no_chip() =>
        Assert.Equal(ChipDoubt.Unstable, ChipIdentification.From(new(Convert.FromHexString("ef4018")) { IsStable = false }, s_library).Doubt);

    [Fact]
    public void A_part_of_1_8_volts_is_endangered_by_more()
    {
        ChipIdentification found = Identify("ef6018");
        Assert.True(found.MayBe1V8 && found.IsEndangeredBy(3300) && found.IsEndangeredBy(5000) && found.IsEndangeredBy(null));
        Assert.False(found.IsEndangeredBy(1800));
        Assert.Contains(found.Evidence, s => s.Contains("1.8 V", StringComparison.Ordinal));
    }

    [Fact]
    public void One_part_of_1_8_volts_in_a_set_is_enough_until_it_is_excluded()
    {
        ChipIdentification found = Identify("c22536"); // MX25L3239E and MX25U3235E
        Assert.True(found.MayBe1V8);
        Assert.Null(found.Chip!.Millivolts);
        ChipIdentification high = Identify("c22536", SfdpBytes.Make(4 << 20, supply: 0x2700_3600));
        Assert.Equal((false, (2700, 3600)), (high.MayBe1V8, high.Chip!.Millivolts!.Value));
        Assert.True(Identify("c22536", SfdpBytes.Make(4 << 20, supply: 0x1650_2000)).MayBe1V8);
    }

    [Fact]
    public void Every_listed_part_of_1_8_volts_is_told()
    {
        ChipCandidate[] low = [.. s_library.AllNor.Where(c => c.Chip.MayBe1V8)];
        Assert.InRange(low.Length, 119, 300);
        Assert.All(low, c => Assert.True(Identify(c.Chip.Jedec.Length == 10 ? c.Chip.Jedec[..6] + "4d" + c.Chip.Jedec[6..] : c.Chip.Jedec,
            rems: c.Chip.Jedec.Length == 4).IsEndangeredBy(3300), c.Chip.Name));
    }

    [Fact]
    public void Parts_that_address_in_different_ways_are_addressed_as_all_can_be()
    {
        ChipIdentification found = Identify("ef4019"); // W25Q256FV has no 12, 21 and DC; the JV has
        Assert.Equal(FourByteAddresses.ModeAfterWriteEnable, found.Chip!.Addresses);
        Assert.Equal([0x20, 0x52, 0xD8], found.Chip.Erases.Select(e => (int)e.Opcode));
        Assert.Equal(FourByteAddresses.Commands, Identify("ef7019").Chip!.Addresses);
    }

    [Fact]
    public void Sizes_that_the_lists_do_not_agree_about_have_to_be_confirmed()
    {
        ChipIdentification found = Identify("4a2016");
        Assert.Equal((true, 4 << 20), (found.NeedsConfirmation, found.Chip!.Size));
        ChipIdentification told = Identify("4a2016", SfdpBytes.Make(8 << 20));
        Assert.Equal((false, 8 << 20), (told.NeedsConfirmation, told.Chip!.Size));
    }

    [Fact]
    public void Sectors_of_different_sizes_under_one_command_are_not_erased_at_all() =>
        Assert.Empty(Identify("012018").Chip!.Erases); // D8 is 64 KiB here and 256 KiB there

    [Theory]
    [InlineData("bf8d", "SST SST25VF040B.REMS")]
    [InlineData("ba17", "Zetta ZD25LQ128")]
    public void A_chip_that_does_not_know_9F_is_found_by_90_and_has_to_be_confirmed(string rems, string name)
    {
        ChipIdentification found = Identify(rems, rems: true);
        Assert.Equal((name, true), (found.Chip!.Name, found.NeedsConfirmation));
    }

    [Fact]
    public void A_dataflash_is_known_but_not_read()
    {
        ChipIdentification found = Identify("1f2600");
        Assert.Equal(ChipDoubt.NotSupported, found.Doubt);
        Assert.Null(found.Chip);
        Assert.Contains("AT45DB161D", found.Evidence[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_spi_nand_is_told_from_a_nor()
    {
        ChipIdentification found = Identify("00efaa21", NoSfdp);
        Assert.Equal("Winbond W25N01GV", found.Nand!.Name);
        Assert.Null(found.Chip);
        Assert.True(Identify("c2201a").Chip is not null); // not MX35LF2G14AC (c220)
    }

    [Fact]
    public void Any_answer_is_borne()
    {
        Random random = new(5);
        byte[] rdid = new byte[6];
        for (int i = 0; i < 3000; i++)
        {
            random.NextBytes(rdid);
            ChipIdentification found = ChipIdentification.From(
                new(rdid.AsMemory(0, random.Next(7))) { Rems = rdid.AsMemory(1, random.Next(3)), Res = rdid.AsMemory(2, random.Next(2)) }, s_library);
            Assert.NotEmpty(found.Evidence);
            Assert.Equal(found.Certainty is ChipCertainty.None, found.Chip is null && found.Nand is null);
        }
    }

    private static ChipIdentification Identify(string answer, byte[]? sfdp = null, bool rems = false) => ChipIdentification.From(
        rems ? new(new byte[] { 0xFF, 0xFF, 0xFF }) { Rems = Convert.FromHexString(answer) } : new(Convert.FromHexString(answer)) { Sfdp = sfdp }, s_library);
}
