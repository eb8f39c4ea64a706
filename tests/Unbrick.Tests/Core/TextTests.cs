using Unbrick.Core.Text;

namespace Unbrick.Tests.Core;

public sealed class TextTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(1023, "1,023 bytes")]
    [InlineData(1024, "1,024 bytes (1 KiB)")]
    [InlineData(13_370_296, "13,370,296 bytes (12.8 MiB)")]
    public void A_size_is_exact_and_short(long bytes, string text) => Assert.Equal(text, ByteText.Exact(bytes));

    [Theory]
    [InlineData(512, 1000, "512 of 1000 B")]
    [InlineData(512, 2048, "0.5 of 2 KiB")]
    [InlineData(9_856_614, 16_252_928, "9.4 of 15.5 MiB")]
    [InlineData(100, 0, "100 of 0 B")]
    public void A_part_is_in_the_unit_of_the_whole(long done, long total, string text) => Assert.Equal(text, ByteText.Of(done, total));

    [Theory]
    [InlineData("archer-c7", "archer-c7", 0)]
    [InlineData("archer", "Archer", 0)]
    [InlineData("serv", "serve", 1)]
    [InlineData("explian", "explain", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Names_are_as_far_apart_as_slips_of_the_fingers(string a, string b, int distance) => Assert.Equal(distance, EditDistance.Between(a, b));

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a\nb", "a\\x0ab")]
    [InlineData("\u001b[31mred", "\\x1b[31mred")]
    [InlineData("\u202egnp.exe", "\\xe2\\x80\\xaegnp.exe")]
    [InlineData("größe", "größe")]
    public void Text_from_outside_cannot_move_the_cursor_or_turn_the_line(string text, string shown) => Assert.Equal(shown, SafeText.Show(text));

    [Fact]
    public void Text_from_outside_is_cut() => Assert.Equal(new string('a', 10) + "…", SafeText.Show(new string('a', 5000), 10));
}
