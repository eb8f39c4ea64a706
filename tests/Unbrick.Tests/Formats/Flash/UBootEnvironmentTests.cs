using System.Buffers.Binary;
using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.Flash;

namespace Unbrick.Tests.Formats.Flash;

public sealed class UBootEnvironmentTests
{
    private static readonly UBootEnvironmentFormat s_format = new();

    [Fact]
    public void Editing_gives_the_bytes_that_mkenvimage_gives()
    {
        foreach (string name in (string[])["le-64k", "pad00-4k"])
        {
            byte[] before = Samples.Bytes($"uboot-env/{name}.bin");
            UBootEnvironment environment = UBootEnvironment.Read(before, UBootEnvironmentLayout.Find(before)!.Value)!;
            byte[] after = environment.Set("bootdelay", "5").Set("boot_wait", "on").Set("uart_en", "1").Write();
            Assert.Equal(Samples.Bytes($"uboot-env/{name}.edited.bin"), after);
        }
    }

    [Fact]
    public void A_variable_that_is_set_and_unset_again_leaves_every_byte_as_it_was()
    {
        byte[] before = Samples.Bytes("uboot-env/be-4k.bin");
        UBootEnvironmentLayout layout = UBootEnvironmentLayout.Find(before)!.Value;
        Assert.Equal(new UBootEnvironmentLayout(0x1000, true, false), layout);
        UBootEnvironment environment = UBootEnvironment.Read(before, layout)!;
        Assert.Equal(before, environment.Set("added", "x y").Unset("added").Unset("never there").Write());
        Assert.Equal("added", environment.Set("added", "").Variables.Last().Key);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_the_byte()
    {
        byte[] before = Make(0x400, 4, "a=1\0\0");
        UBootEnvironment environment = UBootEnvironment.Read(before, UBootEnvironmentLayout.Find(before)!.Value)!;
        int room = environment.Free - "b=\0".Length;
        UBootEnvironment full = environment.Set("b", new string('x', room));
        Assert.Equal(0, full.Free);
        Assert.NotNull(UBootEnvironmentLayout.Find(full.Write()));
        ArgumentException refused = Assert.Throws<ArgumentException>(() => environment.Set("b", new string('x', room + 3)));
        Assert.Contains("3 bytes more", refused.Message);
        Assert.Throws<ArgumentException>(() => environment.Set("a=b", "c"));
        Assert.Throws<ArgumentException>(() => environment.Set("a", "b\0c"));
    }

    [Theory]
    [InlineData(0x1000)]
    [InlineData(0x2_3000)]
    [InlineData(0x3_0000)]
    public void It_is_found_in_a_dump_with_its_size(int at)
    {
        byte[] dump = new byte[0x8_0000];
        new Random(1).NextBytes(dump);
        byte[] environment = Make(0x1000, 4, "bootcmd=tftp\0bootdelay=1\0ipaddr=192.168.31.1\0\0");
        environment.CopyTo(dump, at);
        List<int> places = [];
        s_format.Candidates(dump, places);
        Assert.Contains(at, places);
        Assert.All(places.Where(p => p != at), p => Assert.Null(s_format.Read(new(dump, p, dump.Length, new ReadBudget()))));
        Finding finding = s_format.Read(new(dump, at, dump.Length, new ReadBudget()))!;
        Assert.Equal((at, 0x1000, Verdict.Ok, Confidence.Certain), (finding.Offset, finding.Length, finding.Verdict, finding.Confidence));
    }

    [Fact]
    public void Clear_text_with_a_wrong_checksum_is_found_and_bad()
    {
        byte[] dump = new byte[0x4_0000];
        dump.AsSpan().Fill(0xFF);
        Make(0x1000, 4, "bootcmd=tftp\0bootdelay=1\0ipaddr=192.168.31.1\0\0").CopyTo(dump, 0x3_0000);
        dump[0x3_0000] ^= 1;
        Finding finding = s_format.Read(new(dump, 0x3_0000, dump.Length, new ReadBudget()))!;
        Assert.Equal([FlawCode.Crc], finding.Flaws.Select(f => f.Code));
        Assert.Equal("1", finding["bootdelay"]);
    }

    [Fact]
    public void Only_text_that_goes_on_as_variables_is_worth_a_checksum()
    {
        byte[] dump = new byte[0x8000];
        dump.AsSpan().Fill(0xA5);
        Encoding.ASCII.GetBytes("....a=b and more words without an end").CopyTo(dump, 0x1000);
        Encoding.ASCII.GetBytes("....a=b\0then something else\0").CopyTo(dump, 0x2000);
        Encoding.ASCII.GetBytes("....a=b\0c=d\0\0").CopyTo(dump, 0x3000);
        Encoding.ASCII.GetBytes(".....a=b\0\0").CopyTo(dump, 0x4400);
        List<int> places = [];
        s_format.Candidates(dump, places);
        Assert.Equal([0x3000, 0x4400], places);
    }

    [Fact]
    public void Text_that_is_no_environment_is_none()
    {
        byte[] dump = new byte[0x2000];
        Encoding.ASCII.GetBytes("....PATH=/bin\0HOME=/root\0TERM=linux\0\0").CopyTo(dump, 0x1000);
        Assert.Null(s_format.Read(new(dump, 0x1000, dump.Length, new ReadBudget())));
    }

    [Theory]
    [InlineData(3, 4, 1)]
    [InlineData(4, 3, 0)]
    [InlineData(255, 0, 1)]
    [InlineData(0, 255, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(7, 7, 0)]
    public void Of_two_copies_the_newer_one_counts(byte first, byte second, int active)
    {
        byte[] pair = [.. Make(0x800, 5, "n=0\0bootcmd=a\0\0", first), .. Make(0x800, 5, "n=1\0bootcmd=b\0\0", second)];
        Finding finding = s_format.Read(Samples.Unclaimed(pair))!;
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal((long)active, finding["active"]);
        Assert.Equal((2L, 0x800L, 0x1000), (finding["copies"], finding["size"], finding.Length));
        Assert.Equal(pair, s_format.Rewrite(Samples.Claimed(pair)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0x800, 0)]
    public void A_damaged_copy_is_told_and_the_other_one_counts(int damaged, int active)
    {
        byte[] pair = [.. Make(0x800, 5, "n=0\0bootcmd=a\0\0", 9), .. Make(0x800, 5, "n=1\0bootcmd=b\0\0", 9)];
        pair[damaged + 0x100] ^= 0x10;
        Finding finding = s_format.Read(Samples.Claimed(pair))!;
        Assert.Equal([FlawCode.Crc], finding.Flaws.Select(f => f.Code));
        Assert.Equal((long)active, finding["active"]);
    }

    [Fact]
    public void Variables_without_an_end_are_told()
    {
        byte[] endless = Make(0x400, 4, "a=1\0b=2", 0, 0xFF);
        Finding finding = s_format.Read(Samples.Claimed(endless))!;
        Assert.Equal([FlawCode.NoTerminator], finding.Flaws.Select(f => f.Code));
        Assert.Null(s_format.Rewrite(Samples.Claimed(endless)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(0x400)]
    [InlineData(0x4_0001)]
    public void Erased_flash_that_is_said_to_be_one_is_empty(int length)
    {
        byte[] erased = new byte[length];
        erased.AsSpan().Fill(0xFF);
        Assert.Contains(FlawCode.Empty, s_format.Read(Samples.Claimed(erased))!.Flaws.Select(f => f.Code));
        Assert.Null(s_format.Read(Samples.Unclaimed(erased)));
    }

    /// <summary>Made with a CRC from elsewhere than the code under test.</summary>
    private static byte[] Make(int size, int header, string text, byte flag = 0, byte padding = 0)
    {
        byte[] made = new byte[size];
        made.AsSpan().Fill(padding);
        if (header == 5)
            made[4] = flag;
        Encoding.Latin1.GetBytes(text).CopyTo(made, header);
        BinaryPrimitives.WriteUInt32LittleEndian(made, Reference(made.AsSpan(header)));
        return made;
    }

    private static uint Reference(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
