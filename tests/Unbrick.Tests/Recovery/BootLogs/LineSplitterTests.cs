using System.Text;
using Unbrick.Recovery.BootLogs;

namespace Unbrick.Tests.Recovery.BootLogs;

public sealed class LineSplitterTests
{
    [Theory]
    [InlineData("one\ntwo\r\nthree", "1:one|2:two|3:three")]
    [InlineData("autoboot:  3 \b\b\b 2 \b\b\b 1 \b\b\b 0 \n", "1:autoboot:  0 ")]
    [InlineData("10 %\r20 %\r30 %\nnext", "1:10 %|1:20 %|1:30 %|2:next")]
    [InlineData("\u001b[1;32mgreen\u001b[0m and \u001b]0;title\u0007plain\n", "1:green and plain")]
    [InlineData("a\u001b[2", "1:a")]
    [InlineData("\u201cquoted\u201d \u2013 it\u2019s\u00a0so\u2026", "1:\"quoted\" - it's so...")]
    [InlineData("tab\there\u0007", "1:tab here")]
    [InlineData("\b\b\bx", "1:x")]
    [InlineData("\n\n\nfour", "4:four")]
    public void Bytes_become_lines_as_a_terminal_shows_them(string bytes, string lines) => Assert.Equal(lines, Lines(Encoding.UTF8.GetBytes(bytes)));

    [Theory]
    [InlineData(new byte[] { 0x80, 0xFF, 0x41 }, "1:\uFFFD\uFFFDA")]
    [InlineData(new byte[] { 0xE2, 0x82, 0x0A, 0x42 }, "1:\uFFFD\uFFFD|2:B")]
    [InlineData(new byte[] { 0x00, 0x01, 0x42 }, "1:\uFFFD\uFFFDB")]
    [InlineData(new byte[] { 0xF5, 0xC0, 0xC1 }, "1:\uFFFD\uFFFD\uFFFD")]
    public void What_is_no_text_stands_as_a_sign_for_it(byte[] bytes, string lines) => Assert.Equal(lines, Lines(bytes));

    [Fact]
    public void It_does_not_matter_how_the_bytes_are_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("U-Boot \u001b[31m1.1.3\u001b[0m \u201cx\u201d\r\nHit any key:  3 \b\b\b 0\r\ndone");
        LineSplitter whole = new(), pieces = new();
        List<string> a = [], b = [];
        whole.Take(bytes, (n, l) => a.Add($"{n}:{l}"));
        foreach (byte one in bytes)
            pieces.Take([one], (n, l) => b.Add($"{n}:{l}"));
        Assert.Equal(a, b);
    }

    [Fact]
    public void A_line_without_an_end_comes_in_pieces_of_bounded_length()
    {
        LineSplitter splitter = new();
        List<int> lengths = [];
        splitter.Take(Enumerable.Repeat((byte)'x', 10_000).ToArray(), (n, l) => lengths.Add(l.Length));
        Assert.All(lengths, length => Assert.Equal(LineSplitter.MostBytes, length));
        Assert.Equal(10_000 / LineSplitter.MostBytes, lengths.Count);
        Assert.Equal(1, splitter.Number);
    }

    private static string Lines(byte[] bytes)
    {
        LineSplitter splitter = new();
        List<string> lines = [];
        splitter.Take(bytes, (number, line) => lines.Add($"{number}:{line}"));
        splitter.Finish((number, line) => lines.Add($"{number}:{line}"));
        return string.Join('|', lines);
    }
}
