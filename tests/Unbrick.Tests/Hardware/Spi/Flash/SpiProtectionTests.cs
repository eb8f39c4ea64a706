using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Tests.Hardware.Spi.Flash;

public sealed class SpiProtectionTests
{
    [Theory]
    [InlineData("W25Q128BV", 0x5C, 0x02)]
    [InlineData("W25Q128FV", 0x1C, 0x42)]
    [InlineData("GD25Q128C", 0x08, 0x42)]
    [InlineData("W25Q80BV", 0x80, 0x40)]
    public void Protection_is_lifted_and_put_back_and_never_written_for_good(string model, byte first, byte second)
    {
        using SpiBench bench = new(model);
        bench.Sim.SetStatus(1, first);
        bench.Sim.SetStatus(2, second);

        ProtectionResult result = bench.Flash.Unprotect();

        Assert.Equal(ProtectionOutcome.Lifted, result.Outcome);
        Assert.Equal((first, (byte?)second), (result.Found!.Value.First, result.Found.Value.Second));
        Assert.Equal(FlashOutcome.Done, bench.Flash.Erase(0, bench.Sector).Outcome);
        Assert.Equal(FlashOutcome.Done, bench.Flash.Erase(bench.Sim.Model.Size - 0x1000, bench.Sector).Outcome);
        // QE and the rest stay.
        Assert.Equal((byte)(second & ~0x40), result.Now!.Value.Second);
        Assert.Equal((first, second), (bench.Sim.KeptStatus(1), bench.Sim.KeptStatus(2)));

        Assert.True(bench.Flash.Restore());
        Assert.Equal(result.Found, bench.Flash.ReadStatus());
        Assert.Equal((first, second), (bench.Sim.KeptStatus(1), bench.Sim.KeptStatus(2)));
        Assert.True(bench.Flash.Restore());
    }

    [Fact]
    public void A_chip_without_protection_is_not_touched()
    {
        using SpiBench bench = new("W25Q128FV");

        Assert.Equal(ProtectionOutcome.NotProtected, bench.Flash.Unprotect().Outcome);
        Assert.Equal(0, bench.Sim.Counts.Of(0x01) + bench.Sim.Counts.Of(0x06) + bench.Sim.Counts.Of(0x50));
        Assert.True(bench.Flash.Restore());
    }

    [Theory]
    [InlineData(0x9C, 0x00, true, ProtectionOutcome.LockedByPin)]
    [InlineData(0x1C, 0x01, false, ProtectionOutcome.LockedUntilPowerOff)]
    [InlineData(0x9C, 0x01, false, ProtectionOutcome.LockedForGood)]
    [InlineData(0x9C, 0x00, false, ProtectionOutcome.Lifted)]
    public void Why_it_cannot_be_lifted_is_a_value(byte first, byte second, bool pinIsLow, ProtectionOutcome outcome)
    {
        using SpiBench bench = new("W25Q128FV");
        bench.Sim.SetStatus(1, first);
        bench.Sim.SetStatus(2, second);
        bench.Sim.IsWriteProtectLow = pinIsLow;

        Assert.Equal(outcome, bench.Flash.Unprotect().Outcome);
        Assert.True(bench.Flash.Restore());
        Assert.Equal(first, bench.Flash.ReadStatus()!.Value.First);
    }

    [Fact]
    public void Protection_that_could_be_lifted_for_good_only_is_left()
    {
        using SpiBench bench = new("MX25L12835F");
        bench.Sim.SetStatus(1, 0x3C);

        Assert.Equal(ProtectionOutcome.LastingOnly, bench.Flash.Unprotect().Outcome);
        Assert.Equal(0x3C, bench.Sim.KeptStatus(1));
        Assert.Equal(0, bench.Sim.Counts.Of(0x01));
    }

    [Fact]
    public void After_the_power_was_gone_it_is_lifted_again_and_the_first_state_put_back()
    {
        using SpiBench bench = new("W25Q128FV");
        bench.Sim.SetStatus(1, 0x1C);
        bench.Flash.Unprotect();
        bench.Master.CyclePower();

        Assert.Equal(ProtectionOutcome.Lifted, bench.Flash.Unprotect().Outcome);
        Assert.True(bench.Flash.Restore());
        Assert.Equal(0x1C, bench.Flash.ReadStatus()!.Value.First);
    }

    [Fact]
    public void Without_contact_nothing_is_written_and_a_restore_says_so()
    {
        using SpiBench bench = new("W25Q128FV");
        bench.Sim.SetStatus(1, 0x1C);
        bench.Flash.Unprotect();
        bench.Wires.Reaches = (_, _) => false;

        Assert.Equal(ProtectionOutcome.NoContact, bench.Flash.Unprotect().Outcome);
        Assert.False(bench.Flash.Restore());
    }

    [Fact]
    public void Locks_of_blocks_are_lifted_too()
    {
        using SpiBench bench = new("W25Q128FV");
        bench.Sim.SetStatus(3, 0x64);

        ProtectionResult result = bench.Flash.Unprotect();

        Assert.Equal((ProtectionOutcome.Lifted, (byte?)0x60), (result.Outcome, result.Now!.Value.Third));
        Assert.True(bench.Flash.Restore());
        Assert.Equal((byte?)0x64, bench.Flash.ReadStatus()!.Value.Third);
        Assert.Equal(0x64, bench.Sim.KeptStatus(3));
    }

    [Fact]
    public void Security_registers_are_read_with_their_locks()
    {
        using SpiBench bench = new("GD25Q128C");
        byte[] data = SpiBench.Data(512);
        data.CopyTo(bench.Sim.SecurityRegister(2));
        bench.Sim.SetStatus(2, 0x10);

        SecurityDump dump = bench.Flash.ReadSecurity(true);

        Assert.Equal([0x1000, 0x2000, 0x3000], dump.Registers.Select(r => r.Address));
        Assert.Equal([false, true, false], dump.Registers.Select(r => r.IsLocked!.Value));
        Assert.Equal([true, false, true], dump.Registers.Select(r => r.IsEmpty));
        Assert.Equal(data, dump.Registers[1].Bytes);
        Assert.All(dump.Registers, register => Assert.True(register.IsSure));
    }

    [Fact]
    public void A_register_that_reads_differently_is_not_sure_and_a_chip_without_has_none()
    {
        using SpiBench bench = new("GD25Q128C");
        bench.Wires.Spoil = (number, write, read) => read[0] ^= (byte)(write[0] == 0x48 ? number : 0);
        using SpiBench other = new("W25X05");

        Assert.All(bench.Flash.ReadSecurity(true).Registers, register => Assert.False(register.IsSure));
        Assert.Empty(other.Flash.ReadSecurity(true).Registers);
        Assert.NotNull(other.Flash.ReadSecurity(true).Status);
    }
}
