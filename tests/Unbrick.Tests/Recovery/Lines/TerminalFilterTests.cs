using System.Text;
using Unbrick.Recovery.Lines;

namespace Unbrick.Tests.Recovery.Lines;

public sealed class TerminalFilterTests
{
    [Theory]
    [InlineData("plain text\r\n\tand a bell\a\b", "plain text\r\n\tand a bell\a\b")]
    [InlineData("\e[1;32mgreen\e[0m", "\e[1;32mgreen\e[0m")]
    [InlineData("\e[3D\e[K\e[2J\e[H", "\e[3D\e[K\e[2J\e[H")]
    [InlineData("grün · ✓", "grün · ✓")]
    public void What_a_log_needs_passes(string text, string expected) => Assert.Equal(expected, Filter(text));

    [Theory]
    [InlineData("a\e]0;new title\ab")]
    [InlineData("a\e]52;c;cm0gLXJm\e\\b")]
    [InlineData("a\e]8;;http://evil.example/\e\\b")]
    [InlineData("a\eP$q\"p\e\\b")]
    [InlineData("a\e_payload\e\\b")]
    [InlineData("a\e^payload\e\\b")]
    [InlineData("a\eXpayload\e\\b")]
    [InlineData("a\ek title\e\\b")]
    [InlineData("a\e[6nb")]
    [InlineData("a\e[cb")]
    [InlineData("a\e[>cb")]
    [InlineData("a\e[5nb")]
    [InlineData("a\e[21tb")]
    [InlineData("a\e[?1049hb")]
    [InlineData("a\e[?1003hb")]
    [InlineData("a\e[4hb")]
    [InlineData("a\e[!pb")]
    [InlineData("a\e[0;0;\"p\"b", "ab\"b")]
    [InlineData("a\ecb")]
    [InlineData("a\eZb")]
    [InlineData("a\e#8b")]
    [InlineData("a\e(0b")]
    [InlineData("a\u0005b")]
    [InlineData("a\u000eb")]
    [InlineData("a\u0000\u007fb")]
    [InlineData("a\e[99999999999999999999Ab")]
    [InlineData("a\e[1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2mb")]
    [InlineData("a\e\e\e[6nb")]
    public void What_commands_a_terminal_does_not(string text, string expected = "ab")
    {
        if (expected == "ab\"b")
            expected = "a\"b"; // the sequence ends with its first final byte
        Assert.Equal(expected, Filter(text));
    }

    [Fact]
    public void Controls_of_eight_bits_do_not_pass_raw_or_as_UTF_8()
    {
        Assert.Equal("a?0;title\ab", Encoding.UTF8.GetString(Run([[(byte)'a', 0x9D, .. "0;title\ab"u8]])));
        Assert.Equal("a?6nb", Filter("a\u009b6nb"));
    }

    [Fact]
    public void It_is_the_same_however_it_is_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("x\e[31mred\e[0m\e]0;t\a\e[6n é\e(Bz\eP1;2q\e\\.");
        byte[] whole = Run([bytes]);
        Assert.Equal("x\e[31mred\e[0m éz.", Encoding.UTF8.GetString(whole));
        Assert.Equal(whole, Run([.. bytes.Select(b => new[] { b })]));
    }

    [Fact]
    public void A_string_that_never_ends_does_not_swallow_the_log()
    {
        Assert.EndsWith("\nU-Boot 1.1.3", Filter("\e]0;garbage without an end\nU-Boot 1.1.3"), StringComparison.Ordinal);
        Assert.EndsWith("yyyy", Filter("\e]" + new string('x', 5000) + "yyyy"), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_comes_nothing_but_known_sequences_leaves()
    {
        Random random = new(7);
        byte[] seeds = "\e\e\e[[]]PX^_0123456789;:?>!\"$'mnhlctqpABC\a\\\r\n\u0018\u001a"u8.ToArray();
        TerminalFilter filter = new();
        List<byte> shown = [];
        for (int i = 0; i < 400_000; i++)
            filter.Filter([random.Next(3) == 0 ? (byte)random.Next(256) : seeds[random.Next(seeds.Length)]], shown);
        string text = Encoding.Latin1.GetString([.. shown]);
        string left = System.Text.RegularExpressions.Regex.Replace(text, "\e\\[[0-9;:]*[mABCDEFGHfdJKPXLM@su]", "");
        Assert.DoesNotContain('\e', left);
        Assert.DoesNotContain(left, c => c < ' ' && c is not ('\r' or '\n' or '\t' or '\b' or '\a'));
    }

    private static string Filter(string text) => Encoding.UTF8.GetString(Run([Encoding.UTF8.GetBytes(text)]));

    private static byte[] Run(byte[][] pieces)
    {
        TerminalFilter filter = new();
        List<byte> shown = [];
        foreach (byte[] piece in pieces)
            filter.Filter(piece, shown);
        return [.. shown];
    }
}
