using System.Text.Json;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Tests.Recovery;

namespace Unbrick.Tests.Hardware.Spi.Chips;

/// <summary>The chip files themselves.</summary>
public sealed class ChipDataTests
{
    private static readonly ChipLibrary s_library = new();

    public static TheoryData<string> Files =>
        [.. Repository.Files("data/chips", ".json").Where(file => !file.EndsWith("curated.json", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_keeps_to_the_schema(string file)
    {
        using JsonDocument json = DataFiles.Source(file);
        Assert.Empty(DataFiles.Schema("chips").Check(json.RootElement));
    }

    [Fact]
    public void What_was_checked_by_hand_keeps_to_its_schema_and_is_in_the_files()
    {
        using JsonDocument json = DataFiles.Source("data/chips/curated.json");
        Assert.Empty(DataFiles.Schema("chips-curated").Check(json.RootElement));
        string all = string.Concat(Files.Select(row => Repository.Read(row.Data)));
        Assert.All(json.RootElement.GetProperty("variants").EnumerateArray(), v => Assert.Contains($"{{\"part\":{v.GetProperty("part").GetRawText()}", all, StringComparison.Ordinal));
        Assert.All(json.RootElement.GetProperty("corrections").EnumerateArray(), c => Assert.Contains(c.GetProperty("why").GetRawText(), all, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_line_begins_with_the_id_and_the_method(string file)
    {
        foreach (string line in Repository.Read(file).Split('\n').Where(l => l.Contains("\"id\"", StringComparison.Ordinal)))
        {
            Assert.StartsWith("{\"id\":\"", line, StringComparison.Ordinal);
            int by = line.IndexOf("\"by\":", StringComparison.Ordinal);
            Assert.True(by < 0 || by == line.IndexOf(',', StringComparison.Ordinal) + 1, line);
        }
    }

    [Fact]
    public void Every_chip_of_the_files_is_in_the_library()
    {
        int count = 0;
        foreach (string file in Files.Select(row => row.Data))
        {
            using JsonDocument json = DataFiles.Source(file);
            count += json.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array).Sum(p => p.Value.GetArrayLength());
        }
        Assert.Equal(1063, count);
        Assert.Equal(count, s_library.Count);
    }

    [Fact]
    public void The_list_covers_as_much_as_it_says()
    {
        List<ChipCandidate> nor = [.. s_library.AllNor];
        Assert.InRange(nor.Select(c => c.Chip.Jedec).Distinct().Count(), 800, 900);
        Assert.Equal(166, s_library.AllNand.Count());
        Assert.InRange(nor.Count(c => c.Chip is { Millivolts: (_, <= 2100) }), 100, 150);
        Assert.All(nor, c => Assert.Equal(c.Chip.Millivolts is (_, <= 2100) || c.Low is not null, c.Chip.MayBe1V8));
    }

    [Fact]
    public void No_chip_is_told_to_be_written_in_a_way_that_it_cannot_be()
    {
        foreach (SpiChip chip in s_library.AllNor.Select(c => c.Chip))
        {
            Assert.InRange(chip.Size, 4096, 1 << 28);
            Assert.InRange(chip.Page, 1, 1056);
            Assert.Equal(chip.Program is ProgramMethod.Byte, chip.Page == 1);
            Assert.All(chip.Erases, e => Assert.True(chip.Size % e.Size == 0 && e.Longest > TimeSpan.Zero, chip.Name));
            Assert.Equal(chip.Erases.OrderBy(e => e.Size), chip.Erases);
            Assert.DoesNotContain(chip.Erases, e => e.Opcode is 0x60 or 0xC7 or 0x62);
            Assert.Equal(chip.Size <= 16 << 20, chip.Addresses is FourByteAddresses.None);
            Assert.All(chip.Erases, e => Assert.Equal(chip.Addresses is FourByteAddresses.Commands, e.Opcode is 0x21 or 0x5C or 0xDC));
        }
    }
}
