using System.Text.Json;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Tests.Recovery;

namespace Unbrick.Tests.Hardware.Spi.Chips;

public sealed class ChipLibraryTests
{
    private static readonly ChipLibrary s_library = new();

    [Fact]
    public void Every_chip_is_found_by_its_own_answer()
    {
        foreach (string file in ChipDataTests.Files.Select(row => row.Data))
        {
            using JsonDocument json = DataFiles.Source(file);
            foreach (JsonElement chip in Array(json, "nor"))
            {
                string id = chip.GetProperty("id").GetString()!;
                byte[] bytes = Convert.FromHexString(id);
                IReadOnlyList<ChipCandidate> found = (chip.TryGetProperty("by", out JsonElement by) ? by.GetString() : "RDID") switch
                {
                    "RDID" or "RDID4" => s_library.ByRdid([.. bytes, 0x7F, 0x7F]),
                    "RDID_EXT" => s_library.ByRdid([.. bytes[..3], 0x4D, .. bytes[3..]]),
                    "REMS" or "RES2" => s_library.ByRems(bytes),
                    "RES1" => s_library.ByRes(bytes),
                    "AT25F" => s_library.ByAt25F(bytes),
                    _ => s_library.ByName(chip.GetProperty("name").GetString()!),
                };
                Assert.Contains(found, c => c.Chip.Jedec == id && c.Chip.Size == chip.GetProperty("size").GetInt32());
            }
            foreach (JsonElement chip in Array(json, "nand"))
            {
                byte[] id = Convert.FromHexString(chip.GetProperty("id").GetString()!);
                Assert.Contains(s_library.NandByRdid([.. id, 0x00]), c => c.Name.EndsWith(chip.GetProperty("name").GetString()!, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("7f372013", "AMIC A25L40PT")] // with its continuation code
    [InlineData("372013ff", "AMIC A25L40PT")] // most readers never see that one
    [InlineData("7f9d7c", "PMC Pm25LV010A")]
    [InlineData("9d7c7f", "PMC Pm25LV010A")]
    [InlineData("7fef4017", "Winbond W25Q64BV/W25Q64CV/W25Q64FV")] // not sent by the chip, but harmless
    public void Continuation_codes_are_compared_with_and_without(string answer, string name) =>
        Assert.Contains(s_library.ByRdid(Convert.FromHexString(answer)), c => c.Chip.Name == name);

    [Fact]
    public void Extension_bytes_tell_parts_with_one_id_apart()
    {
        Assert.Equal(256 << 10, Assert.Single(s_library.ByRdid([0x01, 0x20, 0x18, 0x4D, 0x00, 0x80])).Chip.Erases[^1].Size);
        ChipCandidate small = Assert.Single(s_library.ByRdid([0x01, 0x20, 0x18, 0x4D, 0x01, 0x80]));
        Assert.Equal(64 << 10, small.Chip.Erases[^1].Size);
        ChipCandidate large = Assert.Single(s_library.ByRdid([0x01, 0x02, 0x19, 0x4D, 0x00, 0x80]));
        Assert.Equal((32 << 20, FourByteAddresses.Commands, 0xDC, 256 << 10), (large.Chip.Size, large.Chip.Addresses, large.Chip.Erases[^1].Opcode, large.Chip.Erases[^1].Size));
        Assert.False(large.Chip.MayBe1V8);
        Assert.True(s_library.ByRdid([0x01, 0x20, 0x18]).Count > 4);
    }

    [Theory]
    [InlineData("000000")]
    [InlineData("ffffff")]
    [InlineData("123456")]
    [InlineData("ef")]
    [InlineData("")]
    [InlineData("7f7f7f7f7f7f")]
    public void An_unknown_answer_has_no_chip(string answer) => Assert.Empty(s_library.ByRdid(Convert.FromHexString(answer)));

    [Theory]
    [InlineData("W25Q128BV", "ef4018", 16)]
    [InlineData("w25q64fv", "ef4017", 8)]
    [InlineData("Winbond W25Q128FVSIG", "ef4018", 16)]
    [InlineData("GD25Q128C", "c84018", 16)]
    [InlineData("GD25Q128CSIG", "c84018", 16)]
    [InlineData("W25Q64DW", "ef6017", 8)]
    [InlineData("MX25L12835F", "c22018", 16)]
    public void A_chip_is_found_by_its_name(string name, string id, int mebibytes)
    {
        IReadOnlyList<ChipCandidate> found = s_library.ByName(name);
        Assert.NotEmpty(found);
        Assert.All(found, c => Assert.Equal((id, mebibytes << 20), (c.Chip.Jedec, c.Chip.Size)));
    }

    [Theory]
    [InlineData("GD25Q182C", "GD25Q128C")]
    [InlineData("W25Q128VB", "W25Q128BV")]
    [InlineData("MX25L12385F", "MX25L12835F")]
    public void A_name_that_was_mistyped_has_near_ones(string name, string near)
    {
        Assert.Empty(s_library.ByName(name));
        Assert.Contains(near, s_library.Near(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("W25")]
    [InlineData("\"")]
    [InlineData("{\"id\":\"ef4018")]
    public void What_is_no_name_finds_nothing(string name)
    {
        Assert.Empty(s_library.ByName(name));
        Assert.True(s_library.Near(name).Count <= 5);
    }

    [Fact]
    public void What_the_thread_s_chips_need_is_known()
    {
        SpiChip gd = Assert.Single(s_library.ByName("GD25Q128C")).Chip;
        Assert.Equal("GigaDevice GD25Q128C", gd.Name);
        Assert.Equal(new(3, 0x1000, 0x1000, 512), gd.Security);
        Assert.Equal([(0x20, 4 << 10), (0x52, 32 << 10), (0xD8, 64 << 10)], gd.Erases.Select(e => ((int)e.Opcode, e.Size)));
        Assert.Equal((2700, 3600), gd.Millivolts);
        Assert.True(gd.HasVolatileStatus);
        SpiChip bv = Assert.Single(s_library.ByName("W25Q128BV")).Chip;
        Assert.Equal((true, false, 0x1C, new(2, 0x40)), (bv.HasStatus2, bv.HasStatus3, (int)bv.ProtectBits, bv.Complement!.Value));
        Assert.Equal(new(3, 0x1000, 0x1000, 256), bv.Security);
    }

    [Fact]
    public void A_nand_is_found_with_what_may_stand_in_front_of_its_id()
    {
        SpiNandChip chip = Assert.Single(s_library.NandByRdid([0x00, 0xEF, 0xAA, 0x21]));
        Assert.Equal(("Winbond W25N01GV", 128L << 20, 2048, 64), (chip.Name, chip.Size, chip.Page, chip.Oob));
        Assert.Equal(new(1, 512), chip.Ecc);
        Assert.Equal(SpiNandIdMethod.Dummy, chip.IdMethod);
        Assert.True(Assert.Single(s_library.NandByRdid([0xC2, 0x92, 0x01])).MayBe1V8);
    }

    private static JsonElement[] Array(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out JsonElement chips) ? [.. chips.EnumerateArray()] : [];
}
