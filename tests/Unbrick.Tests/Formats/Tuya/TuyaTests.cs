using Unbrick.Formats;
using Unbrick.Formats.Tuya;

namespace Unbrick.Tests.Formats.Tuya;

public sealed class TuyaTests
{
    private const string Ug = "tuya-ug/ug-bk7231t.bin", Rbl = "beken-rbl/beken-ota.bin";

    private static readonly TuyaUg s_ug = new();
    private static readonly BekenRbl s_rbl = new();

    [Theory]
    [InlineData(0, FlawCode.Magic)]
    [InlineData(0x1C, FlawCode.Magic)]
    public void A_destroyed_mark_is_told_when_the_sum_fits(int at, string code)
    {
        byte[] file = Samples.Bytes(Ug);
        file.AsSpan(at, 4).Clear();
        Assert.Equal([code], Codes(s_ug.Read(Samples.Unclaimed(file))));
        file[0x18] ^= 1;
        Assert.Null(s_ug.Read(Samples.Unclaimed(file)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x1F)]
    [InlineData(0x20)]
    [InlineData(0xFFF)]
    public void A_cut_file_is_cut(int length)
    {
        Assert.Contains(FlawCode.Truncated, Codes(s_ug.Read(Samples.Claimed(Samples.Bytes(Ug)[..length]))));
        Assert.Contains(FlawCode.Truncated, Codes(s_rbl.Read(Samples.Claimed(Samples.Bytes(Rbl)[..length]))));
    }

    [Fact]
    public void A_payload_that_fills_the_staging_area_is_too_large()
    {
        Finding finding = s_ug.Read(Samples.Claimed(Samples.Bytes(Ug)))!;
        Assert.Equal([FlawCode.TooLarge], s_ug.Compare(finding, new() { LargestApp = 4096 }).Select(f => f.Code));
        Assert.Empty(s_ug.Compare(finding, new() { LargestApp = 4097 }));
        Assert.Empty(s_ug.Compare(finding, new()));
    }

    [Fact]
    public void An_edited_payload_is_written_with_sums_that_fit()
    {
        byte[] file = Samples.Bytes(Ug);
        file[0x200] ^= 0x55;
        Assert.Equal([FlawCode.Checksum], Codes(s_ug.Read(Samples.Unclaimed(file))));
        Assert.Empty(Codes(s_ug.Read(Samples.Unclaimed(s_ug.Rewrite(Samples.Claimed(file))!))));
        byte[] rbl = Samples.Bytes(Rbl);
        rbl[0x200] ^= 0x55;
        Assert.Equal([FlawCode.Crc, FlawCode.HashMismatch], Codes(s_rbl.Read(Samples.Unclaimed(rbl))));
        Assert.Empty(Codes(s_rbl.Read(Samples.Unclaimed(s_rbl.Rewrite(Samples.Claimed(rbl))!))));
    }

    [Fact]
    public void A_packed_body_is_not_looked_into()
    {
        byte[] rbl = Samples.Bytes(Rbl);
        rbl[5] = 1;
        byte[] packed = s_rbl.Rewrite(Samples.Claimed(rbl))!;
        Finding finding = s_rbl.Read(Samples.Unclaimed(packed))!;
        Assert.Empty(finding.Flaws);
        Assert.Empty(finding.Parts);
        Assert.Equal(packed[0x50..0x58], rbl[0x50..0x58]);
    }

    [Fact]
    public void A_destroyed_RBL_mark_is_told_when_the_header_fits()
    {
        byte[] rbl = Samples.Bytes(Rbl);
        rbl[0] = 0;
        Assert.Equal([FlawCode.Magic], Codes(s_rbl.Read(Samples.Unclaimed(rbl))));
        Assert.Null(s_rbl.Read(new FormatInput(rbl, 0, rbl.Length, new ReadBudget())));
    }

    private static string[] Codes(Finding? finding)
    {
        Assert.NotNull(finding);
        return [.. finding.Flaws.Select(f => f.Code)];
    }
}
