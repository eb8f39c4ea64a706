using System.Text;
using Unbrick.Net.Tftp;

namespace Unbrick.Tests.Net.Tftp;

public sealed class TftpRequestTests
{
    [Theory]
    [InlineData("", TftpRequestFault.NotARequest)]
    [InlineData("00", TftpRequestFault.NotARequest)]
    [InlineData("0100 6600 6f6374657400", TftpRequestFault.NotARequest)] // opcode in little-endian order
    [InlineData("0004 0001", TftpRequestFault.NotARequest)]
    [InlineData("0007 6600 6f6374657400", TftpRequestFault.NotARequest)]
    [InlineData("0001", TftpRequestFault.Unterminated)]
    [InlineData("0001 66", TftpRequestFault.Unterminated)]
    [InlineData("0001 6600", TftpRequestFault.Unterminated)]
    [InlineData("0001 6600 6f63746574", TftpRequestFault.Unterminated)] // "octet" without NUL: reading on was CVE-2021-46671
    [InlineData("0001 6600 00", TftpRequestFault.UnknownMode)]
    [InlineData("0001 6600 6d61696c00", TftpRequestFault.UnknownMode)] // mail
    [InlineData("0001 6600 6f637465747300", TftpRequestFault.UnknownMode)] // octets
    [InlineData("0001 6600 6f6374657400", TftpRequestFault.None)]
    [InlineData("0002 6600 6e6574617363696900", TftpRequestFault.None)] // WRQ, netascii
    [InlineData("0001 00 6f6374657400", TftpRequestFault.None)] // no name at all: the catalog's business
    public void A_request_is_taken_or_its_fault_is_named(string hex, TftpRequestFault fault)
    {
        Assert.Equal(fault, TftpRequest.TryParse(Convert.FromHexString(hex.Replace(" ", "")), out TftpRequest? request));
        Assert.Equal(fault == TftpRequestFault.None, request is not null);
    }

    [Theory]
    [InlineData(1472, TftpRequestFault.None)]
    [InlineData(1473, TftpRequestFault.TooLong)]
    [InlineData(65507, TftpRequestFault.TooLong)]
    public void A_request_longer_than_a_frame_is_none(int length, TftpRequestFault fault)
    {
        byte[] packet = new byte[length];
        TftpBench.Request("RRQ f octet").CopyTo(packet, 0);
        Assert.Equal(fault, TftpRequest.TryParse(packet, out _));
    }

    [Fact]
    public void Name_mode_and_options_are_read_whatever_their_case()
    {
        TftpRequest request = Parse("RRQ Image.BIN OcTeT BlkSize 1024 TIMEOUT 5");
        Assert.Equal(TftpOpcode.Rrq, request.Opcode);
        Assert.Equal("Image.BIN", request.Name);
        Assert.Equal(TftpMode.Octet, request.Mode);
        Assert.Equal("1024", request.Option("blksize"));
        Assert.Equal("5", request.Option("timeout"));
        Assert.Null(request.Option("tsize"));
    }

    [Fact]
    public void Of_an_option_given_twice_the_first_counts() =>
        Assert.Equal("1024", Parse("RRQ f octet blksize 1024 BLKSIZE 8").Option("blksize"));

    [Fact]
    public void An_option_that_is_cut_off_is_left_out()
    {
        byte[] whole = TftpBench.Request("RRQ f octet tsize 0 blksize 1024");
        for (int cut = 1; cut <= "blksize 1024 ".Length; cut++)
        {
            Assert.Equal(TftpRequestFault.None, TftpRequest.TryParse(whole.AsSpan(0, whole.Length - cut), out TftpRequest? request));
            Assert.Equal("tsize", Assert.Single(request!.Options).Key);
        }
    }

    [Fact]
    public void More_options_than_exist_are_not_read()
    {
        StringBuilder words = new("RRQ f octet");
        for (int i = 0; i < 100; i++)
            words.Append($" o{i} 1");
        Assert.Equal(32, Parse(words.ToString()).Options.Length);
    }

    [Fact]
    public void An_option_of_a_thousand_digits_or_of_no_ASCII_is_skipped_and_the_next_one_read()
    {
        string digits = new('1', 1000);
        TftpRequest request = Parse($"RRQ f octet utimeout {digits} bl\u00e4 1 blksize 1024");
        Assert.Equal("blksize", Assert.Single(request.Options).Key);
    }

    [Fact]
    public void A_name_that_is_no_UTF8_keeps_its_bytes_and_is_shown_harmless()
    {
        Assert.Equal(
            TftpRequestFault.None,
            TftpRequest.TryParse([0, 1, 0xff, 0xfe, (byte)'a', 0x1b, (byte)'[', 10, 0, .. "octet\0"u8], out TftpRequest? request));
        Assert.Equal("\u00ff\u00fea\u001b[\n", request!.Name);
        Assert.DoesNotContain(request.ToString(), c => char.IsControl(c));
    }

    [Fact]
    public void An_option_with_control_characters_is_skipped_and_never_shown() =>
        Assert.Equal("wants f (octet, blksize 8)", Parse("RRQ f octet \u001b[2J 1 timeout 5\r\n blksize 8").ToString());

    private static TftpRequest Parse(string words)
    {
        Assert.Equal(TftpRequestFault.None, TftpRequest.TryParse(TftpBench.Request(words), out TftpRequest? request));
        return request!;
    }
}
