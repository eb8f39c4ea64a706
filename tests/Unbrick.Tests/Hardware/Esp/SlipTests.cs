using Unbrick.Hardware.Esp;

namespace Unbrick.Tests.Hardware.Esp;

public sealed class SlipTests
{
    [Fact]
    public void A_frame_is_packed_as_RFC_1055_says()
    {
        byte[] packed = new byte[Slip.Longest(4)];

        int count = Slip.Encode([0x01, 0xC0, 0xDB, 0x02], packed);

        Assert.Equal("c001dbdcdbdd02c0", Convert.ToHexStringLower(packed.AsSpan(0, count)));
    }

    [Fact]
    public void What_was_packed_comes_out_again()
    {
        byte[] frame = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        byte[] packed = new byte[Slip.Longest(frame.Length)];
        int count = Slip.Encode(frame, packed);

        Assert.Equal(frame, Assert.Single(Pieces(packed.AsSpan(0, count), 1000)).Bytes);
    }

    [Fact]
    public void A_lost_end_does_not_make_text_of_the_next_frame() =>
        Assert.Equal([(true, "0108"), (true, "010a")], Pieces([0x01, 0x08, 0xC0, 0x01, 0x0A, 0xC0], 100).Select(p => (p.Whole, Convert.ToHexStringLower(p.Bytes))));

    [Fact]
    public void An_escape_that_there_is_none_comes_out_as_received() =>
        Assert.Equal([(false, "01db77")], Pieces([0xC0, 0x01, 0xDB, 0x77, 0xC0], 100).Select(p => (p.Whole, Convert.ToHexStringLower(p.Bytes))));

    [Fact]
    public void A_piece_without_end_comes_out_in_bounded_parts() =>
        Assert.All(Pieces(new byte[1000], 64), piece => Assert.Equal((64, false), (piece.Bytes.Length, piece.Whole)));

    [Theory]
    [InlineData("01080200071220070000", 0, true)]
    [InlineData("010804000712200700000000", 0, true)]
    [InlineData("010a020001c1f0ff0000", 0, false)]
    [InlineData("010a020001c1f0ff0105", 2, true)]
    [InlineData("010a030001c1f0ff0105", 2, false)]
    [InlineData("00080200071220070000", 2, false)]
    [InlineData("0108", 2, false)]
    public void Only_whole_answers_are_answers(string hex, int statusBytes, bool answer) =>
        Assert.Equal(answer, EspAnswer.Read(Convert.FromHexString(hex), statusBytes) is not null);

    [Fact]
    public void The_reason_counts_only_when_it_failed()
    {
        EspAnswer stale = EspAnswer.Read(Convert.FromHexString("01030200078ccd340005"), 2)!, failed = EspAnswer.Read(Convert.FromHexString("0103020078cc34120107"), 2)!;

        Assert.True(stale.Ok);
        Assert.Equal((false, EspAnswer.BadChecksum), (failed.Ok, failed.Reason));
    }

    private static List<(byte[] Bytes, bool Whole)> Pieces(ReadOnlySpan<byte> bytes, int longest)
    {
        SlipReader reader = new(longest);
        List<(byte[], bool)> pieces = [];
        foreach (byte b in bytes)
        {
            if (reader.Add(b, out ReadOnlySpan<byte> piece, out bool whole))
                pieces.Add((piece.ToArray(), whole));
        }
        return pieces;
    }
}
