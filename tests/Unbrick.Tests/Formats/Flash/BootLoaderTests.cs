using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.Flash;

namespace Unbrick.Tests.Formats.Flash;

public sealed class BootLoaderTests
{
    private static readonly BootLoader s_format = new();

    [Theory]
    [InlineData("U-Boot 1.1.4 (Aug 12 2014 - 10:21:33)", "u-boot", "1.1.4", "Aug 12 2014 - 10:21:33")]
    [InlineData("U-Boot SPL 2021.07 (Jul 05 2021 - 15:11:28 +0000)", "u-boot", "2021.07", "Jul 05 2021 - 15:11:28 +0000")]
    [InlineData("U-Boot 1.1.3 (May 11 2020 - 10:41:20)\0Ralink UBoot Version: 5.0.0.0\n", "ralink-u-boot", "1.1.3", "May 11 2020 - 10:41:20")]
    [InlineData("U-Boot 1.1.4-12345678 (Sep 03 2018)\0u-boot_mod by pepe2k", "pepe2k", "1.1.4-12345678", "Sep 03 2018")]
    [InlineData("Breed 1.2 (r1338) (hackpascal@gmail.com)", "breed", "1.2", null)]
    [InlineData("CFE version 1.0.37-112.70 for BCM96328", "cfe", "1.0.37-112.70", null)]
    [InlineData("RedBoot(tm) bootstrap and debug environment", "redboot", null, null)]
    [InlineData("Bootbase Version: V1.15 | 2013/06/14", "bootbase", "V1.15", null)]
    [InlineData("RouterBOOT booter 6.43", "routerboot", null, null)]
    public void It_is_known_by_its_texts(string text, string variant, string? version, string? date)
    {
        Finding finding = s_format.Read(Samples.Unclaimed(Code(0x9000, text)))!;
        Assert.Equal((variant, version, date), (finding.Variant, finding[FactName.Version], finding["date"]));
        Assert.Equal(Verdict.Unchecked, finding.Verdict);
    }

    [Fact]
    public void A_name_without_a_version_makes_no_boot_loader()
    {
        Assert.Null(s_format.Read(Samples.Unclaimed(Code(0x9000, "saved by U-Boot (see manual)\0U-Boot environment"))));
        Assert.Null(s_format.Read(Samples.Unclaimed(Encoding.ASCII.GetBytes(new string('#', 0x1000) + "U-Boot 1.1.4 (Aug 12 2014)"))));
    }

    [Fact]
    public void It_ends_where_the_next_partition_begins_and_keeps_the_address_at_its_own_end()
    {
        byte[] dump = new byte[0x10_0000];
        dump.AsSpan().Fill(0xFF);
        Code(0x9000, "U-Boot 1.1.4 (Aug 12 2014 - 10:21:33)").CopyTo(dump, 0);
        byte[] mac = [0x64, 0x70, 0x02, 0xAB, 0xCD, 0xEF];
        mac.CopyTo(dump, 0x1_FC00);
        Code(0x5_0000, "kernel").CopyTo(dump, 0x2_0000);
        Finding finding = s_format.Read(Samples.Unclaimed(dump))!;
        Assert.Equal(0x1_FC10, finding.Length);
        Assert.Equal("64:70:02:ab:cd:ef", ((ImmutableSortedDictionary<string, string>)finding[FactName.Macs]!)["0x1fc00"]);
    }

    [Theory]
    [InlineData("100000FF", true)]
    [InlineData("FF000010", true)]
    [InlineData("3F01001000000000", true)]
    [InlineData("130000EA14F09FE5", true)]
    [InlineData("3F01001001000000", false)]
    [InlineData("7F454C46", false)]
    public void Packed_code_that_jumps_over_its_vectors_is_a_guess(string start, bool guessed)
    {
        byte[] packed = Code(0x9000, "");
        Convert.FromHexString(start).CopyTo(packed, 0);
        Finding? finding = s_format.Read(Samples.Unclaimed(packed));
        Assert.Equal(guessed ? Confidence.Guess : null, finding?.Confidence);
        Assert.Null(finding?.Variant);
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0)]
    public void A_dead_clip_gives_a_blank_file(byte fill)
    {
        byte[] read = new byte[0x2000];
        read.AsSpan().Fill(fill);
        Finding finding = new Blank().Read(Samples.Unclaimed(read))!;
        Assert.Equal([FlawCode.Erased, FlawCode.Empty], finding.Flaws.Select(f => f.Code));
        read[0x1FFF] = 1;
        Assert.Null(new Blank().Read(Samples.Unclaimed(read)));
        Assert.Equal([FlawCode.Structure], new Blank().Read(Samples.Claimed(read))!.Flaws.Select(f => f.Code));
    }

    private static byte[] Code(int length, string text)
    {
        byte[] code = new byte[length];
        new Random(length).NextBytes(code);
        Encoding.ASCII.GetBytes(text + "\0").CopyTo(code, 0x2000);
        return code;
    }
}
