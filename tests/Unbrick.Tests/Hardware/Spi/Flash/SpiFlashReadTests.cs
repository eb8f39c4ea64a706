using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Tests.Hardware.Spi.Flash;

public sealed class SpiFlashReadTests
{
    private const int Piece = 0x1_0000;

    [Theory]
    [InlineData(0, 0x10_0000)]
    [InlineData(0x1234, 0x2_0001)]
    [InlineData(0xF_FFFF, 1)]
    [InlineData(5, 0)]
    public void A_range_is_read_in_pieces(int address, int length)
    {
        using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x10_0000));
        byte[] into = new byte[length];
        List<int> progress = [];

        ReadResult result = bench.Flash.Read(address, into, progress.Add, TestContext.Current.CancellationToken);

        Assert.Equal(length, result.Bytes);
        Assert.Empty(result.Doubtful);
        Assert.True(bench.Content.Slice(address, length).SequenceEqual(into));
        Assert.Equal((length + Piece - 1) / Piece, progress.Count);
        Assert.Equal(length, progress.LastOrDefault());
    }

    [Fact]
    public void A_stop_comes_between_two_pieces()
    {
        using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x10_0000));
        byte[] into = new byte[0x10_0000];
        using CancellationTokenSource stop = new();

        ReadResult result = bench.Flash.Read(0, into, _ => stop.Cancel(), stop.Token);

        Assert.Equal(Piece, result.Bytes);
        Assert.True(bench.Content[..Piece].SequenceEqual(into.AsSpan(0, Piece)));
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x00)]
    public void Pieces_beside_a_lost_contact_are_doubtful(byte open)
    {
        using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x10_0000));
        bench.Wires.Open = open;
        // One for the id at first, then two for each piece: the third and the fourth piece are lost.
        bench.Wires.Reaches = (number, _) => number is < 5 or >= 9;
        byte[] into = new byte[0x10_0000];

        ReadResult result = bench.Flash.Read(0, into, null, TestContext.Current.CancellationToken);

        Assert.Equal([(2 * Piece, Piece), (3 * Piece, Piece), (4 * Piece, Piece)], result.Doubtful);
        Assert.True(bench.Content[(5 * Piece)..].SequenceEqual(into.AsSpan(5 * Piece)));
    }

    [Fact]
    public void Without_contact_all_of_it_is_doubtful_and_it_ends()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Wires.Reaches = (_, _) => false;

        ReadResult result = bench.Flash.Read(0, new byte[0x10_0000], null, TestContext.Current.CancellationToken);

        Assert.Equal(16, result.Doubtful.Length);
    }

    [Fact]
    public void A_programmer_with_small_transfers_is_asked_for_the_id_no_more_often()
    {
        using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x10_0000), new() { MaxRead = 100 });
        byte[] into = new byte[0x2_1234];
        List<int> progress = [];

        Assert.Equal(into.Length, bench.Flash.Read(77, into, progress.Add, TestContext.Current.CancellationToken).Bytes);
        Assert.True(bench.Content.Slice(77, into.Length).SequenceEqual(into));
        Assert.Equal([0x1_0000, 0x2_0000, into.Length], progress);
        Assert.Equal(4, bench.Sim.Counts.Of(0x9F));
    }

    [Fact]
    public void A_chip_without_an_id_is_read_without_doubt()
    {
        using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x1000), change: chip => chip with { Jedec = "" });
        byte[] into = new byte[0x1000];

        Assert.Empty(bench.Flash.Read(0, into, null, TestContext.Current.CancellationToken).Doubtful);
        Assert.True(bench.Flash.IsThere());
    }
}
