using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;

namespace Unbrick.Tests.Hardware.Spi.Chips;

public sealed class SfdpTests
{
    [Fact]
    public void A_real_table_of_revision_B_is_read()
    {
        Sfdp sfdp = Sfdp.Parse(SfdpBytes.W25Q64JW)!;
        Assert.Equal((1, 6, 8 << 20, 256), (sfdp.Major, sfdp.Minor, sfdp.Size, sfdp.Page!.Value));
        Assert.Equal([(0x20, 4 << 10, 64), (0x52, 32 << 10, 128), (0xD8, 64 << 10, 160)], sfdp.Erases.Select(Shown));
        Assert.Equal([1000, 4000, 4000], sfdp.Erases.Select(e => (int)e.Longest.TotalMilliseconds)); // the table's 896, 1792 and 2240 are shorter
        Assert.Equal(TimeSpan.FromMicroseconds(704), sfdp.PageTypical);
        Assert.Equal(TimeSpan.FromMicroseconds(704 * 6), sfdp.PageLongest);
        Assert.Equal(5, sfdp.QuadEnable);
        Assert.True(sfdp.HasVolatileStatus);
        Assert.True(sfdp.HasReset);
        Assert.False(sfdp.HasFourByteCommands);
        Assert.False(sfdp.IsMixed);
        Assert.Null(sfdp.Millivolts);
    }

    [Fact]
    public void Four_byte_commands_are_read_where_there_are_some()
    {
        Sfdp sfdp = Sfdp.Parse(SfdpBytes.W25Q512JV)!;
        Assert.Equal(64 << 20, sfdp.Size);
        Assert.True(sfdp.HasFourByteCommands);
        Assert.Equal([(0x21, 4 << 10, 64), (0xDC, 64 << 10, 160)], sfdp.FourByteErases.Select(Shown));
        Assert.Equal(SfdpFourByte.Command | SfdpFourByte.ExtendedAddressRegister | SfdpFourByte.OwnCommands, sfdp.FourByteEntry);
        Assert.True(sfdp.FourByteExit.HasFlag(SfdpFourByte.Command));
    }

    [Fact]
    public void A_table_of_the_first_revision_has_no_times()
    {
        Sfdp sfdp = Sfdp.Parse(SfdpBytes.MX25L25635E)!;
        Assert.Equal((0, 32 << 20), (sfdp.Minor, sfdp.Size));
        Assert.Equal([0x20, 0x52, 0xD8], sfdp.Erases.Select(e => (int)e.Opcode));
        Assert.All(sfdp.Erases, e => Assert.Null(e.Typical));
        Assert.Null(sfdp.Page);
        Assert.Null(sfdp.PageTypical);
        Assert.Null(sfdp.HasVolatileStatus);
        Assert.Equal((2700, 3600), sfdp.Millivolts);
    }

    [Fact]
    public void Times_are_typical_and_longest_and_none_is_shorter_than_the_rule()
    {
        Sfdp sfdp = Sfdp.Parse(SfdpBytes.Make(16 << 20))!;
        Assert.Equal([48, 128, 160], sfdp.Erases.Select(e => (int)e.Typical!.Value.TotalMilliseconds));
        Assert.Equal(TimeSpan.FromSeconds(40), sfdp.ChipTypical);
        Sfdp slow = Sfdp.Parse(SfdpBytes.Make(16 << 20, b => b[9] |= 0xF))!; // x 32
        Assert.Equal([1536, 4096, 5120], slow.Erases.Select(e => (int)e.Longest.TotalMilliseconds));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFF_FFFFu)]
    public void Times_that_nobody_filled_in_are_not_told(uint filler)
    {
        Sfdp sfdp = Sfdp.Parse(SfdpBytes.Make(16 << 20, b => (b[9], b[10]) = (filler, (filler & ~0xF0u) | 0x80)))!;
        Assert.Equal([(0x20, 4 << 10, -1), (0x52, 32 << 10, -1), (0xD8, 64 << 10, -1)], sfdp.Erases.Select(Shown));
        Assert.Equal((256, null, null, null), (sfdp.Page, sfdp.PageTypical, sfdp.PageLongest, sfdp.ChipTypical));
    }

    [Theory]
    [InlineData(0x0FFF_FFFFu, 32 << 20)]
    [InlineData(0x8000_0000u | 28, 32 << 20)]
    [InlineData(0x8000_0000u | 33, 1 << 30)]
    [InlineData(0x0000_7FFFu, 4 << 10)]
    public void Both_ways_to_write_a_size_are_read(uint dword, int size) =>
        Assert.Equal(size, Sfdp.Parse(SfdpBytes.Make(1 << 20, b => b[1] = dword))!.Size);

    [Theory]
    [InlineData(0u)]
    [InlineData(100u)]
    [InlineData(0x0FFF_FFFEu)]
    [InlineData(0x7FFF_FFFFu - 1)]
    [InlineData(0x8000_0000u)]
    [InlineData(0x8000_0000u | 34)]
    [InlineData(0xFFFF_FFFFu)]
    public void A_size_that_cannot_be_makes_no_table(uint dword) => Assert.Null(Sfdp.Parse(SfdpBytes.Make(1 << 20, b => b[1] = dword)));

    [Fact]
    public void What_was_not_read_counts_as_not_told()
    {
        byte[] area = SfdpBytes.Make(16 << 20);
        for (int length = 0; length <= area.Length; length++)
        {
            Sfdp? sfdp = Sfdp.Parse(area.AsSpan(0, length));
            Assert.Equal(length >= 0x88, sfdp is not null);
            Assert.Equal(length < 0x88 ? 0 : length < 0xA0 ? 1 : length < 0xA4 ? 2 : 3, sfdp?.Erases.Length ?? 0);
            Assert.Equal(length >= 0xAC, sfdp?.PageTypical is not null);
        }
        Sfdp old = Sfdp.Parse(area.AsSpan(0, 0x88))!; // two dwords: a 4 KiB erase in the first
        Assert.Equal([(0x20, 4 << 10, -1)], old.Erases.Select(Shown));
    }

    [Fact]
    public void A_table_is_read_as_far_as_it_is_long()
    {
        byte[] area = SfdpBytes.Make(16 << 20);
        area[11] = 9;
        Assert.Null(Sfdp.Parse(area)!.Page);
        Assert.Equal(0x80 + (9 * 4), Sfdp.Length(area));
        area[10] = 2; // of a major revision that nobody knows
        Assert.Null(Sfdp.Parse(area));
    }

    [Fact]
    public void Of_two_basic_tables_the_later_one_counts()
    {
        byte[] area = SfdpBytes.Make(16 << 20, supply: 0);
        byte[] second = [0x00, 5, 1, 2, 0xF0, 0, 0, 0xFF];
        second.CopyTo(area, 16);
        Convert.FromHexString("e520f1ffffffff00").CopyTo(area, 0xF0);
        Assert.Equal(16 << 20, Sfdp.Parse(area)!.Size);
        area[17] = 7;
        Assert.Equal(2 << 20, Sfdp.Parse(area)!.Size);
    }

    [Theory]
    [InlineData("fff00200 f1000000", 0)] // D8 is type 3: bit 2. Region of type 1 only
    [InlineData("03000100 01ff0000 05fffe00", 1)]
    [InlineData("03000000 07ffff00", 3)]
    [InlineData("03000500 07ffff00", 0)] // five regions are missing
    [InlineData("fcff6500 00000000 03000000 06ffff00", 2)] // a command that selects the configuration, then one map
    public void Only_erase_commands_that_work_everywhere_are_given(string map, int erases)
    {
        byte[] area = SfdpBytes.Make(16 << 20, supply: 0);
        byte[] bytes = Convert.FromHexString(map.Replace(" ", "", StringComparison.Ordinal));
        byte[] header = [0x81, 0, 1, (byte)(bytes.Length / 4), 0xE0, 0, 0, 0xFF];
        header.CopyTo(area, 16);
        bytes.CopyTo(area, 0xE0);
        Sfdp sfdp = Sfdp.Parse(area)!;
        Assert.True(sfdp.IsMixed);
        Assert.Equal(erases, sfdp.Erases.Length);
    }

    [Theory]
    [InlineData(0x2000_1650u, false)] // the wrong way round
    [InlineData(0x1650_2000u, true)]
    [InlineData(0x2700_360Au, false)]
    [InlineData(0xFFFF_FFFFu, false)]
    public void A_supply_is_taken_when_it_could_be_one(uint dword, bool isTaken) =>
        Assert.Equal(isTaken ? (1650, 2000) : null, Sfdp.Parse(SfdpBytes.Make(16 << 20, supply: dword))!.Millivolts);

    [Fact]
    public void Nothing_that_is_read_makes_it_fail()
    {
        Random random = new(20261121);
        byte[][] seeds = [SfdpBytes.W25Q64JW, SfdpBytes.W25Q512JV, SfdpBytes.MX25L25635E, SfdpBytes.Make(16 << 20, supply: 0x2700_3600)];
        int tables = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] area = [.. seeds[random.Next(seeds.Length)]];
            for (int n = random.Next(1, 12); n > 0; n--)
                area[random.Next(3) == 0 ? random.Next(24) : random.Next(area.Length)] = (byte)(random.Next(4) == 0 ? 0xFF : random.Next(256));
            ReadOnlySpan<byte> read = area.AsSpan(0, random.Next(2) == 0 ? area.Length : random.Next(area.Length + 1));
            Assert.InRange(Sfdp.Length(read), 0, 4096);
            if (Sfdp.Parse(read) is not Sfdp sfdp)
                continue;
            tables++;
            Assert.InRange(sfdp.Size, 4 << 10, 1 << 30);
            Assert.True(sfdp.Page is null or (>= 1 and <= 4096));
            Assert.All(sfdp.Erases.Concat(sfdp.FourByteErases), e => Assert.True(e.Size >= 256 && e.Size <= sfdp.Size && e.Longest >= EraseLayoutLongest && e.Opcode is not (0 or 0xFF)));
            Assert.True(sfdp.PageLongest is null || sfdp.PageLongest >= sfdp.PageTypical);
            ChipIdentification.From(new(new byte[] { 0x25, 0x40, 0x18 }) { Sfdp = area }, s_library);
        }
        Assert.InRange(tables, 10_000, 50_000);
    }

    private static readonly ChipLibrary s_library = new();

    private static TimeSpan EraseLayoutLongest { get; } = TimeSpan.FromSeconds(1);

    private static (int, int, int) Shown(EraseCommand erase) =>
        (erase.Opcode, erase.Size, erase.Typical is TimeSpan typical ? (int)typical.TotalMilliseconds : -1);
}
