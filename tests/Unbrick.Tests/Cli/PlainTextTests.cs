using Unbrick.Cli.Commands;

namespace Unbrick.Tests.Cli;

public sealed class PlainTextTests
{
    [Fact]
    public void Further_lines_stand_under_the_first() =>
        Assert.Equal("try  one two\n     three\n", Written("try  ", "one two three", indent: 5, width: 13));

    [Fact]
    public void A_command_that_is_too_long_is_never_broken() =>
        Assert.Equal("a\nnet.ipv4.ip_unprivileged_port_start=67\nb\n", Written("", "a net.ipv4.ip_unprivileged_port_start=67 b", indent: 0, width: 10));

    [Fact]
    public void No_text_leaves_the_label() => Assert.Equal("label\n", Written("label", "", indent: 9, width: 20));

    [Theory]
    [InlineData(0, 80)]
    [InlineData(20, 40)]
    [InlineData(80, 80)]
    [InlineData(250, 100)]
    public void Lines_are_neither_too_short_nor_too_long(int width, int columns) => Assert.Equal(columns, PlainText.Columns(width));

    [Theory]
    [InlineData("abc", true, "abc  ")]
    [InlineData("abcdefgh", true, "abcd…")]
    [InlineData("abcdefgh", false, "ab...")]
    public void A_name_is_cut_visibly(string text, bool unicode, string fitted) => Assert.Equal(fitted, PlainText.Fit(text, 5, unicode));

    private static string Written(string label, string text, int indent, int width)
    {
        StringWriter to = new() { NewLine = "\n" };
        PlainText.Write(to, label, text, indent, width);
        return to.ToString();
    }
}
