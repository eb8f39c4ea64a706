using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Tests.Hardware.Spi.Flash;

public sealed class NorCommandsTests
{
    [Fact]
    public void Ids_and_tables_are_read_as_the_chip_has_them()
    {
        using SpiBench bench = new("W25Q128FV", SpiBench.Data(0x1000), new() { MaxRead = 9 });
        NorCommands chip = new(bench.Wires);
        byte[] id = new byte[3];
        byte[] table = new byte[16];
        byte[] array = new byte[100];
        chip.ReadId(id);
        chip.ReadSfdp(0, table);
        chip.Read(0x21, array);

        Assert.Equal([0xEF, 0x40, 0x18], id);
        Assert.Equal("SFDP"u8.ToArray(), table[..4]);
        Assert.True(bench.Content.Slice(0x21, 100).SequenceEqual(array));
        Assert.Equal(0x17, chip.WakeUp());
        Assert.Equal(bench.Sim.UniqueId.ToArray(), bench.Flash.ReadUniqueId());
        Assert.Null(new SpiBench("W25X05").Flash.ReadUniqueId());
    }

    [Fact]
    public void A_chip_in_deep_sleep_is_woken()
    {
        using SpiBench bench = new("W25Q128FV");
        bench.Master.Transfer([0xB9], []);

        Assert.Equal(WakeResult.Awake, new NorCommands(bench.Wires).Wake(bench.Time));
    }

    [Fact]
    public void A_chip_that_answers_is_not_reset()
    {
        using SpiBench bench = new("W25Q128FV");

        Assert.Equal(WakeResult.Awake, new NorCommands(bench.Wires).Wake(bench.Time));
        Assert.Equal(0, bench.Sim.Counts.Of(0x66) + bench.Sim.Counts.Of(0x99));
    }

    [Fact]
    public void A_busy_chip_is_waited_for_and_not_reset()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Master.Transfer([0x06], []);
        bench.Master.Transfer([0xD8, 0, 0, 0], []);

        Assert.Equal(WakeResult.AwakeAfterWait, new NorCommands(bench.Wires).Wake(bench.Time));
        Assert.Equal(0, bench.Sim.Counts.Of(0x99));
        Assert.InRange(bench.Time.Elapsed.TotalMilliseconds, 150, 170);
    }

    [Fact]
    public void A_chip_that_is_busy_for_ever_is_told_so()
    {
        using SpiBench bench = new("W25Q80BV");
        bench.Sim.Slowness = 10_000;
        bench.Master.Transfer([0x06], []);
        bench.Master.Transfer([0xD8, 0, 0, 0], []);

        Assert.Equal(WakeResult.StillBusy, new NorCommands(bench.Wires).Wake(bench.Time));
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x00)]
    public void No_chip_is_told_after_a_few_commands(byte open)
    {
        using SpiBench bench = new("W25Q128FV");
        bench.Wires.Open = open;
        bench.Wires.Reaches = (_, _) => false;

        Assert.Equal(WakeResult.Silent, new NorCommands(bench.Wires).Wake(bench.Time));
        Assert.InRange(bench.Wires.Count, 1, 20);
    }

    [Fact]
    public void A_chip_that_listens_after_a_reset_only_gets_one()
    {
        using SpiBench bench = new("W25Q128FV");
        bool isReset = false;
        bench.Wires.Reaches = (_, write) => isReset |= write[0] == 0x99;

        Assert.Equal(WakeResult.AwakeAfterReset, new NorCommands(bench.Wires).Wake(bench.Time));
    }
}
