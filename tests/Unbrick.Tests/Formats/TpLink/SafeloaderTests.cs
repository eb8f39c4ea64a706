using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.TpLink;

namespace Unbrick.Tests.Formats.TpLink;

/// <summary>Safeloader images: what the device compares, what the image says about itself, and how one is put together.</summary>
public sealed class SafeloaderTests
{
    private const string FlashMap = "partition fs-uboot base 0x00000 size 0x20000\npartition os-image base 0x40000 size 0x01000\n";
    private static readonly Safeloader s_format = new();

    [Theory]
    [InlineData("safeloader/archer-c7-v5-factory.bin")]
    [InlineData("safeloader/re200-v2-factory.bin")]
    public void An_image_put_together_from_its_partitions_is_the_image(string file)
    {
        byte[] bytes = Samples.Bytes(file);
        Finding finding = s_format.Read(Samples.Unclaimed(bytes))!;
        SafeloaderPartition[] partitions =
            [.. finding.Parts.Select(part => new SafeloaderPartition(part.Name, bytes.AsMemory(part.Offset, part.Length)))];
        Assert.Equal(bytes, Safeloader.Write(bytes.AsSpan(0x14, 0x1000), partitions));
    }

    [Fact]
    public void It_says_its_version_its_devices_and_the_map_of_the_flash()
    {
        Finding finding = s_format.Read(Samples.Unclaimed(Samples.Bytes("safeloader/re200-v2-factory.bin")))!;
        Assert.Equal("0.0.0", finding[FactName.Version]);
        Assert.Equal("2023-11-14", finding["date"]);
        Assert.Equal("RE200 2.0.0", finding[FactName.Product]);
        Assert.Equal(13, ((ImmutableArray<string>)finding[FactName.SupportList]!).Length);
        Assert.NotEmpty((ImmutableSortedDictionary<string, string>)finding["flash_map"]!);
    }

    [Theory]
    [InlineData("{product_name:Archer C7,product_ver:5.0.0,special_id:45550000}", null)]
    [InlineData("{product_name:Archer C7,product_ver:5.0.0,special_id:41550000}", FlawCode.WrongRegion)]
    [InlineData("{product_name:Archer C7,product_ver:4.0.0,special_id:45550000}", FlawCode.WrongHwid)]
    public void A_unit_that_does_not_find_itself_in_the_list_refuses(string unit, string? code)
    {
        Finding finding = s_format.Read(Samples.Claimed(Samples.Bytes("safeloader/archer-c7-v5-factory.bin")))!;
        string[] codes = [.. s_format.Compare(finding, new Expectation { SupportId = unit }).Select(flaw => flaw.Code)];
        Assert.Equal(code is null ? [] : [code], codes);
    }

    [Theory]
    [InlineData("CPE210(TP-LINK|EU|N300-2|45550000):2.0", "EU", false)]
    [InlineData("CPE210(TP-LINK|EU|N300-2|45550000):2.0", "US", true)]
    [InlineData("CPE210(TP-LINK|UN|N300-2):2.0", "US", false)]
    [InlineData("CPE210(TP-LINK|US|N300-2):1.1", "EU", true)]
    public void Lines_of_the_other_kind_have_a_region_too(string line, string region, bool refused)
    {
        Finding finding = s_format.Read(Samples.Unclaimed(Made($"SupportList:\r\n{line}\r\n")))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal(refused, !s_format.Compare(finding, new Expectation { Region = region }).IsEmpty);
    }

    [Theory]
    [InlineData("SupportList:\n\n")]
    [InlineData("Support:\n{product_name:A,product_ver:1.0.0,special_id:00000000}\n")]
    [InlineData("SupportList:\n{product_name:A,product_ver:1.0.0,special_id:0000000G}\n")]
    public void A_list_that_no_device_can_read_is_a_flaw(string list) =>
        Assert.Equal([FlawCode.SupportList], s_format.Read(Samples.Unclaimed(Made(list)))!.Flaws.Select(flaw => flaw.Code));

    [Fact]
    public void A_partition_larger_than_its_place_in_the_flash_is_too_large()
    {
        byte[] image = Made("SupportList:\n{product_name:A,product_ver:1.0.0,special_id:00000000}\n", kernel: 0x1001);
        Assert.Equal([FlawCode.TooLarge], s_format.Read(Samples.Unclaimed(image))!.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void A_new_image_has_its_table_further_back_and_an_MD5_that_nobody_knows()
    {
        byte[] usual = Samples.Bytes("safeloader/archer-c7-v5-factory.bin");
        byte[] image = [.. new byte[0x14], .. "?NEW"u8, .. new byte[0x1038], .. usual.AsSpan(0x1014)];
        BinaryPrimitives.WriteInt32BigEndian(image.AsSpan(0x10), image.Length - 0x14);
        Finding finding = s_format.Read(Samples.Unclaimed(image))!;
        Assert.Equal(Verdict.Unchecked, finding.Verdict);
        Assert.Equal("qnew", finding.Variant);
        Assert.Equal(6, finding.Parts.Length);
    }

    private static byte[] Made(string list, int kernel = 0x1000) => Safeloader.Write(
        default,
        [
            new("partition-table", Encoding.ASCII.GetBytes("\0\u0004\0\0" + FlashMap + "\0")),
            new("support-list", Meta(list)),
            new("os-image", new byte[kernel]),
        ]);

    private static byte[] Meta(string text)
    {
        byte[] meta = [0, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
        BinaryPrimitives.WriteInt32BigEndian(meta, text.Length);
        return meta;
    }
}
