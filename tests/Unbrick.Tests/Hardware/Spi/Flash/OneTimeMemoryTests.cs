using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Sim;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Hardware.Spi.Flash;

/// <summary>What is beside the array of chips that have no 48: other commands, and modes that put it in the place of the array.</summary>
public sealed class OneTimeMemoryTests
{
    private const byte Enter = 0xB1, Leave = 0xC1;

    [Fact]
    public void A_mode_is_entered_read_twice_and_left()
    {
        byte[] array = SpiBench.Data(1 << 24, 3), otp = SpiBench.Data(512, 4);
        using SpiBench bench = new("MX25L12835F", [.. array]);
        otp.CopyTo(bench.Sim.SecurityRegister(1));

        SecurityDump dump = bench.Flash.ReadSecurity(true);

        Assert.Equal((false, false), (dump.IsInMode, dump.IsLeftOut));
        SecurityRegister one = Assert.Single(dump.Registers);
        Assert.Equal((true, null), (one.IsSure, one.IsLocked));
        Assert.Equal(otp, one.Bytes);
        AssertArray(bench, array);
    }

    [Fact]
    public void A_mode_is_not_entered_where_something_is_written_later()
    {
        using SpiBench bench = new("MX25L12835F");

        SecurityDump dump = bench.Flash.ReadSecurity(false);

        Assert.True(dump.IsLeftOut);
        Assert.Empty(dump.Registers);
        Assert.Equal(0, bench.Sim.Counts.Of(Enter));
    }

    [Fact]
    public void A_lost_end_of_the_mode_is_sent_again_and_told_when_it_never_comes()
    {
        byte[] array = SpiBench.Data(1 << 24, 3);
        using SpiBench bench = new("MX25L12835F", [.. array]), deaf = new("MX25L12835F", [.. array]);
        int lost = 0;
        bench.Wires.Reaches = (_, write) => write[0] != Leave || lost++ > 0;
        deaf.Wires.Reaches = (_, write) => write[0] != Leave;

        Assert.False(bench.Flash.ReadSecurity(true).IsInMode);
        AssertArray(bench, array);
        Assert.True(deaf.Flash.ReadSecurity(true).IsInMode);
    }

    [Fact]
    public void A_part_that_does_not_know_the_mode_has_nothing_beside_its_array()
    {
        using SpiBench bench = new("MX25L12835F", SpiBench.Data(1 << 24, 3));
        bench.Wires.Reaches = (_, write) => write[0] != Enter;

        Assert.Empty(bench.Flash.ReadSecurity(true).Registers);
    }

    [Theory]
    [InlineData(0x4B, 1)]
    [InlineData(0x68, 1)]
    [InlineData(0x77, 2)]
    public void Other_commands_read_it_too(byte command, int dummies)
    {
        byte[] otp = SpiBench.Data(64, 5);
        SimNorModel model = SimNorModels.Find("W25X05")! with { Security = new(1, 0, 0x1000, 64) { Read = command, Dummies = dummies } };
        SimNor sim = new(model);
        otp.CopyTo(sim.SecurityRegister(1));
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        using SimSpiMaster master = new(sim, time);

        SecurityDump dump = new SpiFlash(master, SpiBench.ChipOf(model), time).ReadSecurity(false);

        Assert.Equal(otp, Assert.Single(dump.Registers).Bytes);
    }

    [Fact]
    public void In_the_last_sector_as_EON_has_it()
    {
        byte[] array = SpiBench.Data(0x1_0000, 6), otp = SpiBench.Data(512, 7);
        SimNorModel model = SimNorModels.Find("W25X05")! with { Security = new(1, 0xF000, 0x1000, 512) { Read = 0x03, Dummies = 0, Enter = 0x3A, Leave = 0x04 } };
        SimNor sim = new(model, [.. array]);
        otp.CopyTo(sim.SecurityRegister(1));
        VirtualTime time = new(DateTimeOffset.UnixEpoch);
        using SimSpiMaster master = new(sim, time);
        SpiFlash flash = new(master, SpiBench.ChipOf(model), time);

        Assert.Equal(otp, Assert.Single(flash.ReadSecurity(true).Registers).Bytes);

        byte[] now = new byte[array.Length];
        flash.Read(0, now, null, CancellationToken.None);
        Assert.Equal(array, now);
    }

    [Theory]
    [InlineData("c22018", 0xB1, 0x03, 0)]
    [InlineData("20ba18", null, 0x4B, 1)]
    [InlineData("1c7018", 0x3A, 0x03, 0)]
    public void The_list_of_chips_says_how(string id, int? enter, int command, int dummies)
    {
        SpiChip chip = ChipSet.Common(new ChipLibrary().ByRdid(Convert.FromHexString(id)));

        Assert.Equal(((byte?)enter, (byte)command, dummies), (chip.Security?.Enter, chip.Security!.Read, chip.Security.Dummies));
    }

    private static void AssertArray(SpiBench bench, byte[] array)
    {
        byte[] now = new byte[0x1000];
        bench.Flash.Read(0, now, null, CancellationToken.None);
        Assert.Equal(array[..now.Length], now);
    }
}
