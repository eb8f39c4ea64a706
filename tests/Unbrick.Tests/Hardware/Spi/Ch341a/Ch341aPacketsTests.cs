using Unbrick.Hardware.Spi.Ch341a;

namespace Unbrick.Tests.Hardware.Spi.Ch341a;

public sealed class Ch341aPacketsTests
{
    private const string Select = "abb7b7b7b620202020202020202020202020202020202020202020202020202020";

    [Fact]
    public void Reading_the_id_is_a_select_and_a_short_packet_of_mirrored_bytes()
    {
        (string bytes, int answers, int done) = Fill([0x9F], 4, 0, 1024);

        Assert.Equal(Select[..64] + "a8f9ffffff", bytes);
        Assert.Equal((1, 4), (answers, done));
    }

    [Fact]
    public void A_whole_packet_shifts_31_bytes_and_a_short_one_ends_the_transfer()
    {
        (string bytes, int answers, int done) = Fill([0x03, 0x01, 0x02, 0x80], 4 + 31, 0, 1024);

        Assert.Equal(Select[..64] + "a8c0804001" + new string('f', 54) + "a8ffffffff", bytes);
        Assert.Equal((2, 35), (answers, done));
    }

    [Fact]
    public void What_does_not_fit_goes_on_in_the_next_transfer_without_a_select()
    {
        byte[] page = new byte[260];
        page[0] = 0x02;
        page[259] = 0x01;
        (string first, int answers, int done) = Fill(page, 260, 0, 64);
        (string second, int more, int end) = Fill(page, 260, done, 1024);

        Assert.Equal((1, 31, 64), (answers, done, first.Length / 2));
        Assert.StartsWith("a840", first[64..]);
        Assert.Equal((8, 260), (more, end));
        Assert.Equal(229 + 8, second.Length / 2);
        Assert.EndsWith("0080", second);
    }

    [Fact]
    public void An_answer_is_mirrored_into_the_read_part_only()
    {
        byte[] read = new byte[3];
        Ch341aPackets.Take([0xFF, 0xF7, 0x02, 0x18], 0, 1, read);
        Assert.Equal([0xEF, 0x40, 0x18], read);

        Ch341aPackets.Take([0x80, 0x40], 3, 2, read);
        Assert.Equal([0xEF, 0x01, 0x02], read);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(31, 1)]
    [InlineData(32, 2)]
    [InlineData(16 << 20, 541_201)]
    public void Each_31_bytes_are_a_packet(int bytes, int packets) => Assert.Equal(packets, Ch341aPackets.Count(bytes));

    [Fact]
    public void The_first_and_the_last_packets_are_those_that_other_tools_send()
    {
        Assert.Equal("aa6100", Convert.ToHexStringLower(Ch341aPackets.Settings));
        Assert.Equal("abb77f20", Convert.ToHexStringLower(Ch341aPackets.Drive));
        Assert.Equal("abb74020", Convert.ToHexStringLower(Ch341aPackets.Release));
        Assert.Equal("abb720", Convert.ToHexStringLower(Ch341aPackets.Deselect));
        Assert.Equal(Ch341aPackets.Size, Ch341aPackets.Select.Length);
    }

    private static (string Bytes, int Answers, int Done) Fill(byte[] write, int total, int done, int room)
    {
        byte[] to = new byte[room];
        int length = Ch341aPackets.Fill(write, total, ref done, to, out int answers);
        return (Convert.ToHexStringLower(to.AsSpan(0, length)), answers, done);
    }
}
