using System.Text;
using Unbrick.Recovery.Loaders;

namespace Unbrick.Tests.Recovery.Loaders;

public sealed class ConsoleTextTests
{
    [Theory]
    [InlineData("a\r\nb", "a", "b")]
    [InlineData("a\n\rb", "a", "b")]
    [InlineData("Hit any key: 2\b1\b0\r\n=> ", "Hit any key: 0", "=> ")]
    [InlineData("50 %\r100 %\nx", "100 %", "x")]
    [InlineData("\u001b[2J\u001b[1;31mred\u001b[0m\n# ", "red", "# ")]
    [InlineData("a\0b\u0007\nx", "ab", "x")]
    public void It_shows_what_a_terminal_would_show(string sent, string line, string tail)
    {
        ConsoleText text = Of(sent);

        Assert.Equal(line, text.NextLine());
        Assert.Null(text.NextLine());
        Assert.Equal(tail, text.Tail);
    }

    [Fact]
    public void Garbage_without_end_takes_no_more_memory()
    {
        ConsoleText text = new();
        byte[] noise = new byte[1 << 16];
        new Random(1).NextBytes(noise);
        for (int i = 0; i < 200; i++)
            text.Add(noise);
        text.Add(Enumerable.Repeat((byte)'x', 1 << 20).ToArray());

        Assert.InRange(text.Waiting, 1, 20_000);
        Assert.InRange(text.Tail.Length, 0, 1024);
    }

    [Theory]
    [InlineData("00001000: 41 42 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~..........", true)]
    [InlineData("00001000: 41 42 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08  AB.. ~..........", true)]
    [InlineData("00001000: 41 42 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~.........", false)]
    [InlineData("00001000: 41 43 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~..........", false)]
    [InlineData("00001000: 4142 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~..........", false)]
    [InlineData("0001000: 41 42 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~..........", false)]
    [InlineData("00001004: 41 42 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~..........", false)]
    [InlineData("00002000: 41 42 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~..........", false)]
    [InlineData("", false)]
    public void A_line_of_memory_counts_only_when_both_of_its_halves_agree(string line, bool taken)
    {
        byte[] into = new byte[32];
        bool[] have = new bool[2];

        Assert.Equal(taken, MemoryText.TryTake(line, 0x1000, into, have));
        Assert.Equal(taken, have[0]);
        Assert.Equal(taken ? 0x41 : 0, into[0]);
    }

    [Fact]
    public void No_line_of_memory_that_lost_a_character_is_taken()
    {
        const string Line = "00001000: 41 42 00 ff 20 7e 0a 0d 01 02 03 04 05 06 07 08    AB.. ~..........";
        byte[] whole = new byte[16];
        Assert.True(MemoryText.TryTake(Line, 0x1000, whole, new bool[1]));
        for (int i = 0; i < Line.Length; i++)
        {
            byte[] into = new byte[16];
            // A space more or less between the halves is no loss of content.
            if (MemoryText.TryTake(Line.Remove(i, 1), 0x1000, into, new bool[1]))
                Assert.Equal(whole, into);
        }
    }

    private static ConsoleText Of(string sent)
    {
        ConsoleText text = new();
        text.Add(Encoding.Latin1.GetBytes(sent));
        return text;
    }
}
