using Unbrick.Hardware.Spi.Chips;

namespace Unbrick.Tests.Hardware.Spi.Chips;

public sealed class SpiNandTests
{
    private static readonly ChipLibrary s_library = new();

    [Fact]
    public void A_page_is_read_with_its_spare_bytes_in_pieces_of_the_programmer()
    {
        FakeNand nand = new(Chip("W25N01GV"), maxRead: 100);
        SpiNand reader = new(nand, nand.Chip, nand);
        byte[] page = new byte[reader.RawPage];
        Assert.True(reader.Begin());
        Assert.Equal(SpiNandRead.Clean, reader.ReadPage(65_535, page));
        Assert.Equal(nand.Raw(65_535), page);
        byte[] data = new byte[16];
        Assert.Equal(SpiNandRead.Clean, reader.ReadPage(64, data));
        Assert.Equal(nand.Raw(64)[..16], data);
        Assert.Equal(0x18, nand.Configuration & 0x18); // correction, and one page at a time
    }

    [Fact]
    public void What_the_chip_says_of_wrong_bits_is_told()
    {
        FakeNand nand = new(Chip("W25N01GV"));
        SpiNand reader = new(nand, nand.Chip, nand);
        byte[] page = new byte[reader.RawPage];
        foreach ((int bits, SpiNandRead expected) in new[]
            { (0, SpiNandRead.Clean), (1, SpiNandRead.Corrected), (2, SpiNandRead.Failed), (3, SpiNandRead.Failed) })
        {
            nand.EccStatus = bits;
            Assert.Equal(expected, reader.ReadPage(7, page));
            Assert.Equal(nand.Raw(7), page);
        }
    }

    [Theory]
    [InlineData("GD5F1GQ4UExxG", "CXFX")]
    [InlineData("GD5F1GQ4UFxxG", "CXXXXXXF")]
    [InlineData("GD5F1GQ5UExxG", "CXFF")]
    [InlineData("TC58CVG0S3HRAIG", "CXFX")]
    [InlineData("MT29F2G01ABAGD", "CXFXFXFF")]
    [InlineData("MX35LF1GE4AB", "CXFF")]
    public void Makers_use_the_bits_in_their_own_ways(string part, string meaning) =>
        Assert.Equal(meaning, string.Concat(Chip(part).EccStatus.Select(s => s switch { SpiNandRead.Clean => 'C', SpiNandRead.Corrected => 'X', _ => 'F' })));

    [Fact]
    public void Two_planes_and_several_dies_are_addressed_as_the_chip_wants()
    {
        foreach (string part in (string[])["MT29F2G01ABAGD", "MT29F4G01ADAGD", "MT29F8G01ADAFD", "GD5F4GQ6UExxG", "W25M02GV", "W25N02JW", "GD5F4GQ4UC"])
        {
            FakeNand nand = new(Chip(part));
            SpiNand reader = new(nand, nand.Chip, nand);
            byte[] page = new byte[reader.RawPage];
            foreach (int number in (int[])[0, 63, 64, 65, 128, (nand.Chip.Blocks / 2 * 64) - 1, nand.Chip.Blocks / 2 * 64, (nand.Chip.Blocks * 64) - 1, 3])
            {
                Assert.Equal(SpiNandRead.Clean, reader.ReadPage(number, page));
                Assert.Equal(nand.Raw(number), page);
            }
        }
    }

    [Theory]
    [InlineData(4096, true, 5)]
    [InlineData(4096, true, 700)]
    [InlineData(4096, true, 2_190)]
    [InlineData(4096, true, 5_000)]
    [InlineData(500, true, 700)]
    [InlineData(4096, false, 700)]
    public void Pages_that_follow_each_other_come_in_one_queue_or_one_by_one(int maxRead, bool isQueued, int microseconds)
    {
        FakeNand nand = new(Chip("MT29F2G01ABAGD"), maxRead, isQueued) { EccStatus = 1, PageTime = microseconds };
        SpiNand reader = new(nand, nand.Chip, nand);
        byte[] pages = new byte[64 * reader.RawPage];
        SpiNandRead[] ends = new SpiNandRead[64];
        Assert.True(reader.Begin() && reader.ReadPages(40, pages, ends));
        Assert.All(ends, end => Assert.Equal(SpiNandRead.Corrected, end));
        for (int i = 0; i < 64; i++)
            Assert.Equal(nand.Raw(40 + i), pages.AsSpan(i * reader.RawPage, reader.RawPage).ToArray());
    }

    [Fact]
    public void Bad_blocks_are_found_and_a_flipped_bit_makes_none()
    {
        FakeNand nand = new(Chip("W25N512GW"));
        nand.Marks[5 * 64] = 0x00; // first page
        nand.Marks[(77 * 64) + 1] = 0xF0; // second
        nand.Marks[100 * 64] = 0xFD; // a flipped bit
        nand.Marks[(200 * 64) + 2] = 0x00; // not where marks are
        SpiNand reader = new(nand, nand.Chip, nand);
        Assert.Equal([5, 77], reader.BadBlocks());
        Assert.Null(reader.BadBlocks(block => block < 10));
        byte[] page = new byte[16];
        Assert.Equal(SpiNandRead.Clean, reader.ReadPage(5 * 64, page));
        Assert.Equal(0x10, nand.Configuration & 0x10);
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x01)]
    public void A_chip_that_is_lost_ends_the_wait(byte line)
    {
        FakeNand nand = new(Chip("W25N01GV")) { Stuck = line };
        SpiNand reader = new(nand, nand.Chip, nand);
        Assert.False(reader.Begin());
        Assert.Equal(SpiNandRead.NoAnswer, reader.ReadPage(0, new byte[2112]));
        Assert.False(reader.ReadPages(0, new byte[2 * 2112], new SpiNandRead[2]));
        Assert.Null(reader.BadBlocks());
    }

    [Fact]
    public void Pages_that_are_not_there_are_refused()
    {
        FakeNand nand = new(Chip("W25N01GV"));
        SpiNand reader = new(nand, nand.Chip, nand);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadPage(-1, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadPage(65_536, new byte[1]));
    }

    private static SpiNandChip Chip(string part) => s_library.AllNand.First(c => c.Parts.Contains(part));
}
