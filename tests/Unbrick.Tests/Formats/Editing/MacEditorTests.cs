using System.Text;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Flash;

namespace Unbrick.Tests.Formats.Editing;

public sealed class MacEditorTests
{
    private static readonly MacSpot[] s_spots =
    [
        new("wlan0", 4, 0, AsText: false, OnLabel: false), new("lan", 0x20, 0, AsText: false, OnLabel: true),
        new("wan", 0x20, 1, AsText: false, OnLabel: false), new("text", 0x40, 0, AsText: true, OnLabel: false),
    ];

    [Theory]
    [InlineData("01:00:5e:00:00:01", "multicast")]
    [InlineData("00:00:00:00:00:00", "no address")]
    [InlineData("ff:ff:ff:ff:ff:ff", "no address")]
    [InlineData("50:64:2b:00:00:0f", "of this unit has it")]
    [InlineData("ec:41:18:c8:d4:2e", "dumps that people share")]
    public void An_address_that_cannot_be_right_is_refused(string mac, string reason)
    {
        EditedImage image = new(Unit());
        Assert.Contains(reason, Assert.Throws<EditRefusedException>(() => Editor(image).Set("wlan0", Mac(mac))).Reason);
        Assert.Empty(image.Edits);
    }

    [Fact]
    public void A_role_with_an_increment_stores_the_address_before()
    {
        EditedImage image = new(Unit());
        Editor(image).Set("wan", Mac("50:64:2b:00:00:40"));
        Assert.Equal("50642b00003f", Convert.ToHexStringLower(image.Bytes.Span.Slice(0x20, 6)));
    }

    [Fact]
    public void Text_keeps_its_case_and_separator()
    {
        EditedImage image = new(Unit());
        Editor(image).Set("text", Mac("50:64:2b:aa:bb:cc"));
        Assert.Equal("50-64-2B-AA-BB-CC", Encoding.ASCII.GetString(image.Bytes.Span.Slice(0x40, 17)));
    }

    [Fact]
    public void From_the_label_all_keep_their_distance()
    {
        EditedImage image = new(Unit());
        Editor(image).SetFromLabel(Mac("64:70:02:11:22:33"));
        Assert.Equal(
            ["64:70:02:11:22:34", "64:70:02:11:22:33", "64:70:02:11:22:34", "64:70:02:11:22:35"],
            Editor(image).Addresses.Select(a => a.Address.ToString()));
    }

    [Fact]
    public void From_the_label_nothing_is_guessed_where_an_address_is_missing()
    {
        byte[] unit = Unit();
        unit.AsSpan(4, 6).Fill(0xFF);
        Assert.Contains("wlan0", Assert.Throws<EditRefusedException>(() => Editor(new(unit)).SetFromLabel(Mac("64:70:02:11:22:33"))).Reason);
    }

    [Fact]
    public void The_checksum_of_a_calibration_block_is_set_right_only_where_it_was_right()
    {
        byte[] art = Samples.Bytes("ath-art/qca-art-64k.bin");
        EditedImage image = new(art);
        image.Put(0x5006, [0x64, 0x70, 0x02, 0x11, 0x22, 0x33], "test");
        Xor16Blocks.Fix(image, [0x1000, 0x5000]);
        Assert.Equal(0xFFFF, Sum(image.Bytes.Span.Slice(0x5000, 0x844)));
        Assert.Contains(image.Edits, e => e.At is 0x5002 or 0x5003);

        art[0x5100] ^= 1;
        EditedImage wrong = new(art);
        wrong.Put(0x5006, [0x64, 0x70, 0x02, 0x11, 0x22, 0x33], "test");
        int before = wrong.Edits.Length;
        Xor16Blocks.Fix(wrong, [0x5000]);
        Assert.Equal(before, wrong.Edits.Length);
    }

    private static int Sum(ReadOnlySpan<byte> block)
    {
        int sum = 0;
        for (int i = 0; i < block.Length; i += 2)
            sum ^= block[i] | block[i + 1] << 8;
        return sum;
    }

    private static MacEditor Editor(EditedImage image) => new(image, s_spots, [Mac("ec:41:18:c8:d4:2e")]);

    private static MacAddress Mac(string text) => MacAddress.TryParse(text, out MacAddress mac) ? mac : throw new FormatException(text);

    /// <summary>A unit whose label says 50:64:2b:00:00:0f.</summary>
    private static byte[] Unit()
    {
        byte[] unit = new byte[0x80];
        Mac("50:64:2b:00:00:10").Write(unit.AsSpan(4));
        Mac("50:64:2b:00:00:0f").Write(unit.AsSpan(0x20));
        Encoding.ASCII.GetBytes("50-64-2B-00-00-11", unit.AsSpan(0x40));
        return unit;
    }
}
