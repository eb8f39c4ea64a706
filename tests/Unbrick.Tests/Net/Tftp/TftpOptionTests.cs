namespace Unbrick.Tests.Net.Tftp;

/// <summary>RFC 2347, 2348, 2349 and 7440: what is agreed to, to the digit.</summary>
public sealed class TftpOptionTests
{
    [Theory]
    // blksize: 8..65464, never more than asked, never a guess
    [InlineData("blksize 8", "OACK blksize 8")]
    [InlineData("blksize 1024", "OACK blksize 1024")]
    [InlineData("blksize 1468", "OACK blksize 1468")]
    [InlineData("blksize 1469", "OACK blksize 1468")] // MTU 1500: IP 20 + UDP 8 + TFTP 4 go off
    [InlineData("blksize 65464", "OACK blksize 1468")]
    [InlineData("blksize 65465", "OACK blksize 1468")]
    [InlineData("blksize 2147483647", "OACK blksize 1468")]
    [InlineData("blksize 000512", "OACK blksize 512")]
    [InlineData("blksize 0", "DATA 1")]
    [InlineData("blksize 1", "DATA 1")]
    [InlineData("blksize 7", "DATA 1")]
    [InlineData("blksize -1", "DATA 1")]
    [InlineData("blksize +512", "DATA 1")]
    [InlineData("blksize 512.0", "DATA 1")]
    [InlineData("blksize 0x200", "DATA 1")]
    [InlineData("blksize abc", "DATA 1")]
    [InlineData("blksize ", "DATA 1")]
    [InlineData("blksize 2147483648", "DATA 1")]
    [InlineData("blksize 18446744073709552128", "DATA 1")] // 2^64 + 512
    [InlineData("blksize 99999999999999999999", "DATA 1")]
    [InlineData("blksize 1024 blksize 8", "OACK blksize 1024")]
    [InlineData("BlkSize 1024", "OACK blksize 1024")]
    // timeout: the same number or nothing (U-Boot v2020.10 and later ends over any other)
    [InlineData("timeout 1", "OACK timeout 1")]
    [InlineData("timeout 5", "OACK timeout 5")]
    [InlineData("timeout 255", "OACK timeout 255")]
    [InlineData("timeout 0", "DATA 1")]
    [InlineData("timeout 256", "DATA 1")]
    [InlineData("timeout 4294967301", "DATA 1")] // 2^32 + 5
    // tsize
    [InlineData("tsize 0", "OACK tsize 3000")]
    [InlineData("tsize 17", "OACK tsize 3000")]
    [InlineData("tsize x", "DATA 1")]
    [InlineData("tsize -1", "DATA 1")]
    // windowsize: 1..65535, 64 at the most
    [InlineData("windowsize 1", "OACK windowsize 1")]
    [InlineData("windowsize 16", "OACK windowsize 16")]
    [InlineData("windowsize 64", "OACK windowsize 64")]
    [InlineData("windowsize 65", "OACK windowsize 64")]
    [InlineData("windowsize 65535", "OACK windowsize 64")]
    [InlineData("windowsize 65536", "DATA 1")]
    [InlineData("windowsize 0", "DATA 1")]
    [InlineData("windowsize 4294967297", "DATA 1")]
    // what nobody here knows is left out; nothing accepted is no OACK at all
    [InlineData("frobnicate 1", "DATA 1")]
    [InlineData("multicast ", "DATA 1")]
    [InlineData("rollover 1 utimeout 5 blksize2 512", "DATA 1")]
    [InlineData("frobnicate 1 tsize 0 blksize 1 timeout 5", "OACK tsize 3000 timeout 5")]
    [InlineData("tsize 0 blksize 1428 timeout 5 windowsize 8", "OACK tsize 3000 blksize 1428 timeout 5 windowsize 8")]
    public void A_read_is_answered_with_what_was_agreed_to(string options, string answer) =>
        Assert.Equal(answer, new TftpBench().Ask($"RRQ f octet {options}"));

    [Fact]
    public void A_blank_before_the_number_makes_it_none() =>
        Assert.Equal("DATA 1", new TftpBench().Ask([.. TftpBench.Request("RRQ f octet blksize"), .. " 512\0"u8]));

    [Fact]
    public void An_option_without_its_last_NUL_is_left_out()
    {
        byte[] request = TftpBench.Request("RRQ f octet blksize 1024");
        Assert.Equal("DATA 1", new TftpBench().Ask(request[..^1]));
    }

    [Theory]
    [InlineData(68, "OACK blksize 36")]
    [InlineData(576, "OACK blksize 544")]
    [InlineData(1492, "OACK blksize 1460")]
    [InlineData(9000, "OACK blksize 8968")]
    [InlineData(65536, "OACK blksize 65464")]
    [InlineData(0, "OACK blksize 8")]
    public void Blocks_never_need_more_than_one_frame(int mtu, string answer) =>
        Assert.Equal(answer, new TftpBench(mtu: mtu).Ask("RRQ f octet blksize 65464"));

    [Fact]
    public void The_size_of_a_text_is_not_told_because_it_changes_on_the_way() =>
        Assert.Equal("OACK blksize 1024", new TftpBench(content: "line\n"u8.ToArray()).Ask("RRQ f netascii tsize 0 blksize 1024"));

    [Fact]
    public void An_OACK_is_repeated_until_ACK_0_starts_block_1()
    {
        TftpBench bench = new();
        Assert.Equal("OACK blksize 1024", bench.Ask("RRQ f octet blksize 1024"));
        Assert.Equal("400: OACK blksize 1024, 1000: OACK blksize 1024", bench.Pass(1000));
        Assert.Equal("silence", bench.Hear("ACK 1")); // nothing was sent that this could acknowledge
        Assert.Equal("DATA 1", bench.Hear("ACK 0"));
        Assert.Equal("silence", bench.Hear("ACK 0"));
    }

    [Fact]
    public void A_client_that_refuses_the_options_may_ask_again_without_them()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet blksize 1024");
        Assert.Equal("silence", bench.Hear("ERROR 8 no"));
        Assert.Equal(0, bench.OpenPorts);
        Assert.Equal("DATA 1", bench.Ask("RRQ f octet"));
    }

    [Fact]
    public void A_client_that_refuses_the_options_and_asks_for_the_same_gets_none_and_other_requests_still_do()
    {
        TftpBench bench = new();
        bench.Ask("RRQ f octet blksize 1024");
        bench.Hear("ERROR 8 no");

        Assert.Equal("DATA 1", bench.Ask("RRQ f octet blksize 1024", port: 50_001).Split('@')[0]);
        Assert.StartsWith("OACK blksize 512", bench.Ask("RRQ f octet blksize 512", port: 50_002), StringComparison.Ordinal);
    }
}
