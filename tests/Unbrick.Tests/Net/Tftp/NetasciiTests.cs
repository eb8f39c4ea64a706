using System.Text;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

/// <summary>RFC 1350 s1 and RFC 764: CR LF is a line's end, CR NUL is a CR.</summary>
public sealed class NetasciiTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("a\nb", "a\r\nb")]
    [InlineData("a\rb", "a\r\0b")]
    [InlineData("a\r\nb", "a\r\0\r\nb")]
    [InlineData("\n", "\r\n")]
    [InlineData("\r", "\r\0")]
    public void Text_travels_as_the_RFC_says_and_comes_back(string text, string onWire)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Assert.Equal(onWire, Encoding.Latin1.GetString(Netascii.Encode(bytes)));
        Assert.Equal(bytes, new NetasciiDecoder().Decode(Netascii.Encode(bytes)).ToArray());
    }

    [Fact]
    public void Whatever_the_blocks_any_bytes_come_back()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            byte[] bytes = [.. Enumerable.Range(0, random.Next(200)).Select(_ => (byte)"\r\n\0a"[random.Next(4)])];
            NetasciiDecoder decoder = new();
            List<byte> back = [];
            foreach (byte[] block in Netascii.Encode(bytes).Chunk(random.Next(1, 20)))
                back.AddRange(decoder.Decode(block));
            Assert.Equal(bytes, back);
        }
    }

    [Fact]
    public void A_CR_that_nothing_of_the_RFC_follows_is_kept()
    {
        NetasciiDecoder decoder = new();
        byte[] first = decoder.Decode("a\rb\r"u8).ToArray();
        Assert.Equal("a\rb"u8.ToArray(), first);
        Assert.Equal("\rc"u8.ToArray(), decoder.Decode("c"u8).ToArray());
    }

    [Fact]
    public void A_CR_may_be_the_last_byte_of_a_block()
    {
        TftpBench bench = new(content: "1234567\n8\n"u8.ToArray()) { OnWire = "1234567\r\n8\r\n"u8.ToArray() };
        bench.Ask("RRQ f netascii blksize 8");
        Assert.Equal("DATA 1", bench.Hear("ACK 0"));
        Assert.Equal("DATA 2 (4)", bench.Hear("ACK 1"));
        bench.Hear("ACK 2");
        Assert.Equal((TransferOutcome.Complete, 12), (bench.Outcome, bench.Ended.Single().Total));
    }
}
