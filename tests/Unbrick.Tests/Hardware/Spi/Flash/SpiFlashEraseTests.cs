using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Hardware.Spi.Flash;

public sealed class SpiFlashEraseTests
{
    private const byte EraseSector = 0x20;
    private const byte WriteEnable = 0x06;

    [Fact]
    public void Each_command_erases_its_block_and_nothing_beside_it()
    {
        foreach (EraseCommand command in SimNorModels.Find("W25Q80BV")!.Erases)
        {
            byte[] before = SpiBench.Data(0x10_0000);
            using SpiBench bench = new("W25Q80BV", [.. before]);

            EraseResult result = bench.Flash.Erase(command.Size * 3, command);

            before.AsSpan(command.Size * 3, command.Size).Fill(0xFF);
            Assert.Equal(FlashOutcome.Done, result.Outcome);
            Assert.InRange(result.Took / command.Typical!.Value, 0.98, 1.02);
            Assert.True(bench.Content.SequenceEqual(before));
        }
    }

    [Fact]
    public void The_second_one_is_not_waited_for_longer_than_the_first_one_took()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 1.37;
        bench.Flash.Erase(0, bench.Block);
        TimeSpan begin = bench.Time.Elapsed;

        EraseResult result = bench.Flash.Erase(0x1_0000, bench.Block);

        Assert.Equal(FlashOutcome.Done, result.Outcome);
        Assert.InRange((bench.Time.Elapsed - begin) / (bench.Block.Typical!.Value * 1.37), 1, 1.05);
    }

    [Fact]
    public void A_chip_that_never_gets_ready_is_given_up()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 10_000;

        EraseResult result = bench.Flash.Erase(0, bench.Sector);

        Assert.Equal(FlashOutcome.Late, result.Outcome);
        Assert.InRange(bench.Time.Elapsed / bench.Sector.Longest, 1, 3);
    }

    [Fact]
    public void A_wait_ends_on_a_programmer_that_lies_about_its_speed_too()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 10_000;
        bench.Wires.Info = bench.Wires.Info with { BytesPerSecond = 1e8 };

        Assert.Equal(FlashOutcome.Late, bench.Flash.Erase(0, bench.Sector).Outcome);
        Assert.InRange(bench.Time.Elapsed / bench.Sector.Longest, 1, 10);
    }

    [Fact]
    public void A_chip_is_not_given_up_early_on_a_programmer_that_is_faster_than_it_says()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 7;
        bench.Wires.Info = bench.Wires.Info with { BytesPerSecond = bench.Master.Info.BytesPerSecond / 10 };

        Assert.Equal(FlashOutcome.Done, bench.Flash.Erase(0, bench.Sector).Outcome);
    }

    [Theory]
    [InlineData("W25Q80BV", 0x1C)]
    [InlineData("MX25L12835F", 0x3C)]
    public void A_protected_block_is_refused(string model, byte status)
    {
        using SpiBench bench = new(model, SpiBench.Data(0x2000));
        bench.Sim.SetStatus(1, status);

        Assert.Equal(FlashOutcome.Refused, bench.Flash.Erase(0x1000, bench.Sector).Outcome);
        Assert.True(bench.Content[..0x2000].SequenceEqual(SpiBench.Data(0x2000)));
        Assert.Equal(0, bench.Flash.ReadStatus()!.Value.First & 3);
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x00)]
    public void A_lost_contact_is_told_at_once(byte open)
    {
        foreach (int after in new[] { 0, 1, 2, 3 })
        {
            using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x2000));
            bench.Wires.Open = open;
            bench.Wires.Reaches = (number, _) => number < after;

            EraseResult result = bench.Flash.Erase(0x1000, bench.Sector);

            Assert.Equal(FlashOutcome.NoContact, result.Outcome);
            Assert.InRange(bench.Time.Elapsed.TotalSeconds, 0, 0.5);
        }
    }

    [Theory]
    [InlineData(WriteEnable)]
    [InlineData(EraseSector)]
    public void A_command_that_was_not_heard_is_said_again(byte opcode)
    {
        using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x2000));
        bool lost = false;
        bench.Wires.Reaches = (_, write) =>
        {
            bool isLost = !lost && write[0] == opcode;
            lost |= isLost;
            return !isLost;
        };

        Assert.Equal(FlashOutcome.Done, bench.Flash.Erase(0, bench.Sector).Outcome);
        Assert.False(bench.Content[..0x1000].ContainsAnyExcept((byte)0xFF));
        Assert.True(bench.Content[0x1000..0x2000].SequenceEqual(SpiBench.Data(0x2000).AsSpan(0x1000)));
    }

    [Fact]
    public void A_chip_that_erases_before_anybody_looks_is_checked_by_reading()
    {
        using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x2000));
        bench.Sim.Slowness = 0;

        Assert.Equal(FlashOutcome.Done, bench.Flash.Erase(0x1000, bench.Sector).Outcome);
        Assert.False(bench.Content[0x1000..0x2000].ContainsAnyExcept((byte)0xFF));
    }

    [Fact]
    public void An_address_that_is_no_start_of_a_block_is_the_callers_mistake()
    {
        using SpiBench bench = new("W25Q80BV");

        Assert.Throws<ArgumentException>(() => bench.Flash.Erase(0x800, bench.Sector));
        Assert.Equal(0, bench.Wires.Count);
    }
}
