using Unbrick.Formats;
using Unbrick.Formats.Trx;

namespace Unbrick.Tests.Formats.Trx;

/// <summary>TRX and what vendors add to it.</summary>
public sealed class TrxTests
{
    private static readonly TrxImage s_format = new();

    [Theory]
    [InlineData(TrxHeader.UsualMagic, null)]
    [InlineData(0x746F435Cu, "altmagic")]
    public void A_written_image_is_read_back(uint magic, string? variant)
    {
        byte[] image = TrxImage.Write([Bytes(900), Bytes(3000)], magic, 0x400);
        Finding finding = s_format.Read(Samples.Unclaimed(image))!;
        Assert.Equal((Verdict.Ok, variant), (finding.Verdict, finding.Variant));
        Assert.Equal([new Part("part1", 0x1C, 0x400 - 0x1C, true), new Part("part2", 0x400, 0x1000 - 0x400, true)], finding.Parts);
    }

    [Fact]
    public void A_lost_magic_number_is_told_by_the_CRC()
    {
        byte[] image = TrxImage.Write([Bytes(1000)]);
        image[0] ^= 0x20;
        Assert.Equal([FlawCode.Magic], s_format.Read(Samples.Unclaimed(image))!.Flaws.Select(flaw => flaw.Code));
        image[0x100] ^= 1;
        Assert.Null(s_format.Read(Samples.Unclaimed(image)));
    }

    [Fact]
    public void In_version_2_the_boot_counters_do_not_count()
    {
        byte[] image = new byte[0x1000];
        Bytes(0xF00).CopyTo(image, 0x20);
        TrxHeader header = new(TrxHeader.UsualMagic, 0x1000, 0, 0, 2, 0x20, 0x400, 0x800, 0xC00);
        header.Write(image);
        byte[] made = s_format.Rewrite(Samples.Claimed(image))!;
        made[0xC00 + 0x16] ^= 0xFF;
        Assert.Equal(Verdict.Ok, s_format.Read(Samples.Unclaimed(made))!.Verdict);
        made[0xC00 + 0x15] ^= 0xFF;
        Assert.Equal([FlawCode.Crc], s_format.Read(Samples.Unclaimed(made))!.Flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void What_follows_the_image_is_not_part_of_it()
    {
        byte[] image = TrxImage.Write([Bytes(1000)]);
        Finding finding = s_format.Read(Samples.Unclaimed([.. image, .. Bytes(5000)]))!;
        Assert.Equal((Verdict.Ok, image.Length), (finding.Verdict, finding.Length));
    }

    [Fact]
    public void ASUS_writes_the_product_into_the_end()
    {
        AsusTrx format = new();
        byte[] plain = TrxImage.Write([Bytes(1000)]);
        Assert.Null(format.Read(Samples.Unclaimed(plain)));
        Assert.Contains(format.Read(Samples.Claimed(plain))!.Flaws, flaw => flaw.Code == FlawCode.TailMissing);
        byte[] asus = AsusTrx.Write(plain, "RT-N66U", new Version(3, 0, 0, 4))!;
        Finding finding = format.Read(Samples.Unclaimed(asus))!;
        Assert.Equal((Verdict.Ok, "RT-N66U"), (finding.Verdict, finding[FactName.Product]));
        Assert.Equal([FlawCode.WrongProduct], format.Compare(finding, new Expectation { Product = "RT-AC68U" }).Select(flaw => flaw.Code));
        Assert.Null(AsusTrx.Write(asus, "RT-N66U", new Version(3, 0, 0, 4)));
    }

    [Fact]
    public void Cybertan_writes_the_model_before_it()
    {
        byte[] trx = TrxImage.Write([Bytes(1000)]);
        byte[] file = Cybertan.Write("NL16", new Version(1, 0, 4), new DateOnly(2012, 3, 9), trx);
        Finding finding = new Cybertan().Read(Samples.Unclaimed([.. file, .. new byte[100]]))!;
        Assert.Equal(("NL16", "1.0.4", "2012-03-09"), (finding["pattern"], finding[FactName.Version], finding["date"]));
        Assert.Equal(file.Length, finding.Length);
        file[0x0F] = 0;
        Assert.Equal([FlawCode.Magic], new Cybertan().Read(Samples.Claimed(file))!.Flaws.Select(flaw => flaw.Code));
        Assert.Null(new Cybertan().Read(Samples.Unclaimed(file)));
    }

    [Theory]
    [InlineData(12, FlawCode.TrailerCrc)]
    [InlineData(13, FlawCode.Checksum)]
    [InlineData(10_000, FlawCode.DataCrc)]
    public void Each_part_of_an_ASUS_uImage_has_its_check(int fromEnd, string code)
    {
        byte[] image = Samples.Bytes("asus-uimage/asus-rt-ax53u.bin");
        image[^fromEnd] ^= 1;
        Assert.Contains(new AsusUImage().Read(Samples.Unclaimed(image))!.Flaws, flaw => flaw.Code == code);
        Assert.Equal(Verdict.Ok, new AsusUImage().Read(Samples.Unclaimed(new AsusUImage().Rewrite(Samples.Claimed(image))!))!.Verdict);
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
