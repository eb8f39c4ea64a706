using System.Collections.Immutable;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Erase;

namespace Unbrick.Tests.Hardware.Spi.Erase;

public sealed class EraseChoiceTests
{
    private const int Sector = 0x1000;
    private const int Block = 0x1_0000;

    private static readonly EraseCosts s_costs = new(TimeSpan.FromMilliseconds(2.6), TimeSpan.FromMicroseconds(5.3), TimeSpan.FromMilliseconds(2));
    private static readonly EraseCommand s_4k = new(0x20, Sector, TimeSpan.FromMilliseconds(45), TimeSpan.FromSeconds(1));
    private static readonly EraseCommand s_32k = new(0x52, 0x8000, TimeSpan.FromMilliseconds(120), TimeSpan.FromSeconds(4));
    private static readonly EraseCommand s_64k = new(0xD8, Block, TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(4));

    [Fact]
    public void One_sector_is_erased_alone() =>
        Assert.Equal([new(0x3_0000, s_4k)], Choose([0x3_0000]));

    [Fact]
    public void A_whole_block_is_erased_by_one_command_even_where_nothing_else_may_be() =>
        Assert.Equal([new(0, s_64k)], Choose(Sectors(0, 16), mayErase: (_, _) => false));

    [Fact]
    public void A_whole_chip_takes_its_largest_blocks()
    {
        ImmutableArray<EraseStep> steps = Choose(Sectors(0, 4096));
        Assert.Equal(256, steps.Length);
        Assert.All(steps, step => Assert.Equal(s_64k, step.Command));
    }

    [Fact]
    public void Neighbours_that_are_empty_afterwards_make_a_large_erase_the_cheaper_one()
    {
        Assert.Equal([new(0, s_64k)], Choose(Sectors(0, 13), pagesIn: _ => 0));
        // A full sector costs 63 ms to put back and to check: five of them more than a smaller erase saves.
        Assert.Equal([new(0, s_32k), new(0x8000, s_4k), new(0x9000, s_4k)], Choose(Sectors(0, 10), pagesIn: _ => 16));
    }

    [Fact]
    public void Neighbours_that_may_not_be_erased_are_not()
    {
        ImmutableArray<EraseStep> steps = Choose(Sectors(0, 15), mayErase: (address, bytes) => address + bytes <= 0xF000, pagesIn: _ => 0);
        Assert.Equal([s_32k, s_4k, s_4k, s_4k, s_4k, s_4k, s_4k, s_4k], steps.Select(s => s.Command));
    }

    [Fact]
    public void Nothing_to_erase_takes_no_step() => Assert.Empty(Choose([]));

    [Fact]
    public void A_chip_with_large_sectors_only_has_those()
    {
        SpiChip chip = Chip() with { Erases = [s_64k] };
        Assert.Equal(Block, EraseChoice.SectorOf(chip));
        Assert.Equal([new(Block, s_64k)], EraseChoice.Choose(chip, [Block], (_, _) => true, _ => 256, s_costs));
        Assert.Throws<ArgumentException>(() => EraseChoice.Choose(chip, [Sector], (_, _) => true, _ => 256, s_costs));
        Assert.Equal(0, EraseChoice.SectorOf(chip with { Erases = [] }));
    }

    [Theory]
    [InlineData(-0x1000)]
    [InlineData(0x800)]
    [InlineData(0x100_0000)]
    [InlineData(int.MaxValue)]
    public void What_is_no_sector_is_the_callers_mistake(int address) => Assert.Throws<ArgumentException>(() => Choose([address]));

    [Fact]
    public void Of_two_commands_for_one_size_the_faster_one_is_taken()
    {
        SpiChip chip = Chip() with { Erases = [s_4k, s_4k with { Opcode = 0xD7, Typical = TimeSpan.FromMilliseconds(30) }, s_32k, s_64k] };
        Assert.Equal(0xD7, EraseChoice.Choose(chip, [0], (_, _) => true, _ => 16, s_costs)[0].Command.Opcode);
    }

    [Fact]
    public void Whatever_is_dirty_is_erased_once_and_nothing_else_unless_it_may_be_and_pays()
    {
        Random random = new(20261121);
        for (int run = 0; run < 300; run++)
        {
            int sectors = 16 * random.Next(1, 9);
            double density = random.NextDouble();
            HashSet<int> dirty = [.. Enumerable.Range(0, sectors).Where(_ => random.NextDouble() < density).Select(s => s * Sector)];
            (int From, int To) allowed = (random.Next(0, sectors / 2) * Sector, random.Next(sectors / 2, sectors + 1) * Sector);
            int[] pages = [.. Enumerable.Range(0, sectors).Select(_ => random.Next(0, 17))];
            bool MayErase(int address, int bytes) => address >= allowed.From && address + bytes <= allowed.To;

            SpiChip chip = Chip() with { Size = sectors * Sector };
            ImmutableArray<EraseStep> steps = EraseChoice.Choose(chip, dirty, MayErase, s => pages[s / Sector], s_costs);

            int[] erased = [.. steps.SelectMany(step => Sectors(step.Address, step.Command.Size / Sector))];
            Assert.Equal(erased.Distinct().Count(), erased.Length);
            Assert.Equal(steps.OrderBy(s => s.Address), steps);
            Assert.Empty(dirty.Except(erased));
            Assert.All(erased.Except(dirty), sector => Assert.True(MayErase(sector, Sector)));
            Assert.All(steps, step => Assert.True(step.Address % step.Command.Size == 0 && step.End <= chip.Size));
            Assert.True(Cost(steps) <= Cost([.. dirty.Select(s => new EraseStep(s, s_4k))]), "sector by sector would be cheaper");

            TimeSpan Cost(ImmutableArray<EraseStep> plan) => plan.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Command.Typical!.Value + s_costs.PerErase
                + Sectors(step.Address, step.Command.Size / Sector).Where(s => !dirty.Contains(s))
                    .Aggregate(TimeSpan.Zero, (more, s) => more + (s_costs.PerPage * pages[s / Sector]) + (s_costs.PerByte * Sector)));
        }
    }

    private static SpiChip Chip() => new() { Name = "chip", Jedec = "ef4018", Size = 1 << 24, Erases = [s_4k, s_32k, s_64k] };

    private static IEnumerable<int> Sectors(int from, int count) => Enumerable.Range(0, count).Select(i => from + (i * Sector));

    private static ImmutableArray<EraseStep> Choose(IEnumerable<int> dirty, Func<int, int, bool>? mayErase = null, Func<int, int>? pagesIn = null) =>
        EraseChoice.Choose(Chip(), dirty, mayErase ?? ((_, _) => true), pagesIn ?? (_ => 16), s_costs);
}
