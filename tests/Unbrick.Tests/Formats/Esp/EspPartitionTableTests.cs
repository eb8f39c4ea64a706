using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Formats.Esp;

namespace Unbrick.Tests.Formats.Esp;

public sealed class EspPartitionTableTests
{
    private static readonly EspPartitionTable s_format = new();

    private static byte[] Table => Samples.Bytes("esp-ptable/esp32-default-4m.bin");

    [Fact]
    public void Its_rows_are_told_as_people_write_them()
    {
        Finding finding = s_format.Read(Samples.Unclaimed(Table))!;
        Assert.Equal(Confidence.Certain, finding.Confidence);
        Assert.Equal(
            [
                "nvs data/nvs 0x9000 0x5000", "otadata data/ota 0xe000 0x2000", "app0 app/ota_0 0x10000 0x140000",
                "app1 app/ota_1 0x150000 0x140000", "spiffs data/spiffs 0x290000 0x170000",
            ],
            (ImmutableArray<string>)finding["partitions"]!);
    }

    [Fact]
    public void A_wrong_md5_is_told_and_made_right()
    {
        byte[] table = Table;
        table[0xB0] ^= 1;
        Assert.Equal([FlawCode.Md5], s_format.Read(Samples.Unclaimed(table))!.Flaws.Select(f => f.Code));
        Assert.Equal(Table, s_format.Rewrite(Samples.Claimed(table)));
    }

    [Fact]
    public void Partitions_that_lie_over_each_other_are_told()
    {
        byte[] table = Table;
        table[0x6A] += 1;
        Assert.Equal([FlawCode.Overlap], s_format.Read(Samples.Unclaimed(s_format.Rewrite(Samples.Claimed(table))!))!.Flaws.Select(f => f.Code));
    }

    [Fact]
    public void A_table_without_md5_is_one_when_its_rows_end_in_erased_flash()
    {
        byte[] table = Table;
        table.AsSpan(0xA0, 0x20).Fill(0xFF);
        Finding finding = s_format.Read(Samples.Unclaimed(table))!;
        Assert.Equal((Verdict.Unchecked, Confidence.Likely, 0xC00), (finding.Verdict, finding.Confidence, finding.Length));
        table[0xA0] = 0;
        Assert.Null(s_format.Read(Samples.Unclaimed(table)));
    }

    [Theory]
    [InlineData(0, FlawCode.Truncated)]
    [InlineData(31, FlawCode.Truncated)]
    public void What_is_too_short_for_a_row_is_cut(int length, string code) =>
        Assert.Equal([code], s_format.Read(Samples.Claimed(Table[..length]))!.Flaws.Select(f => f.Code));

    [Fact]
    public void Other_bytes_have_the_wrong_magic() =>
        Assert.Equal([FlawCode.Magic], s_format.Read(Samples.Claimed(new byte[64]))!.Flaws.Select(f => f.Code));
}
