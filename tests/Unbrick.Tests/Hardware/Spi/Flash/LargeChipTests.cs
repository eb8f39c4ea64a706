using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Tests.Hardware.Spi.Flash;

/// <summary>Chips over 16 MiB, in each way to give them their fourth address byte.</summary>
public sealed class LargeChipTests
{
    private const int Bank = 0x100_0000;

    public static TheoryData<string, FourByteAddresses> Ways => new()
    {
        { "W25Q256JV", FourByteAddresses.Commands },
        { "W25Q256JV", FourByteAddresses.Mode },
        { "W25Q256JV", FourByteAddresses.Register },
        { "W25Q256FV", FourByteAddresses.ModeAfterWriteEnable },
        { "W25Q256FV", FourByteAddresses.Register },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Reads_erases_and_programs_cross_the_border_and_leave_the_mode_as_found(string model, FourByteAddresses way)
    {
        using SpiBench bench = new(model, change: chip => chip with { Addresses = way });
        byte[] data = SpiBench.Data(0x3000);
        bench.Content.Slice(Bank - 0x2000, 0x4000).Clear();
        byte[] wanted = [.. new byte[0x1000], .. data];

        foreach (int address in new[] { Bank - 0x1000, Bank, Bank + 0x1000 })
            Assert.Equal(FlashOutcome.Done, bench.Flash.Erase(address, bench.Sector).Outcome);
        ProgramResult programmed = bench.Flash.Program(Bank - 0x1000, data, default, null, TestContext.Current.CancellationToken);
        byte[] read = new byte[0x4000];
        bench.Flash.Read(Bank - 0x2000, read, null, TestContext.Current.CancellationToken);

        Assert.Equal((FlashOutcome.Done, 48), (programmed.Outcome, programmed.Pages));
        Assert.Equal(wanted, read);
        Assert.True(bench.Content.Slice(Bank - 0x2000, 0x4000).SequenceEqual(wanted));
        Assert.False(bench.Content[..0x4000].ContainsAnyExcept((byte)0xFF));
        Assert.True(bench.Flash.Restore());
        Assert.Equal((0, 0), (Mode(bench), ExtendedAddress(bench)));
    }

    [Fact]
    public void A_chip_that_was_in_four_byte_mode_is_left_in_it()
    {
        using SpiBench bench = new("W25Q256JV", change: chip => chip with { Addresses = FourByteAddresses.Mode });
        bench.Master.Transfer([0xB7], []);

        bench.Flash.Read(Bank, new byte[16], null, TestContext.Current.CancellationToken);
        bench.Flash.ReadSecurity(true);
        Assert.Equal(bench.Sim.UniqueId.ToArray(), bench.Flash.ReadUniqueId());
        bench.Flash.Restore();

        Assert.Equal(1, Mode(bench));
    }

    [Theory]
    [InlineData("W25Q256JV", FourByteAddresses.ModeAfterWriteEnable)]
    [InlineData("W25Q256FV", FourByteAddresses.ModeAfterWriteEnable)]
    [InlineData("W25Q256JV", FourByteAddresses.Register)]
    public void A_mode_that_asks_for_write_enable_does_not_make_a_passing_change_a_lasting_one(string model, FourByteAddresses way)
    {
        using SpiBench bench = new(model, change: chip => chip with { Addresses = way });
        bench.Sim.SetStatus(1, 0x3C);
        bench.Sim.SetStatus(2, 0x02);
        bench.Flash.Read(Bank, new byte[16], null, TestContext.Current.CancellationToken);

        Assert.Equal(ProtectionOutcome.Lifted, bench.Flash.Unprotect().Outcome);
        bench.Flash.Read(Bank, new byte[16], null, TestContext.Current.CancellationToken);
        Assert.True(bench.Flash.Restore());
        Assert.Equal((0x3C, 0x02), (bench.Sim.KeptStatus(1), bench.Sim.KeptStatus(2)));
        Assert.Equal(0x3C, bench.Flash.ReadStatus()!.Value.First);
    }

    [Fact]
    public void A_bank_that_was_selected_is_selected_again()
    {
        using SpiBench bench = new("W25Q256JV", change: chip => chip with { Addresses = FourByteAddresses.Register });
        bench.Master.Transfer([0x06], []);
        bench.Master.Transfer([0xC5, 1], []);

        bench.Flash.Read(0, new byte[16], null, TestContext.Current.CancellationToken);
        bench.Flash.Restore();

        Assert.Equal(1, ExtendedAddress(bench));
    }

    [Fact]
    public void A_mode_that_went_with_the_power_is_set_again()
    {
        using SpiBench bench = new("W25Q256FV");
        byte[] data = SpiBench.Data(256);
        data.CopyTo(bench.Content[Bank..]);
        byte[] read = new byte[256];
        bench.Flash.Read(Bank, read, null, TestContext.Current.CancellationToken);
        bench.Master.CyclePower();

        bench.Flash.Read(Bank, read, null, TestContext.Current.CancellationToken);

        Assert.Equal(data, read);
    }

    private static int Mode(SpiBench bench)
    {
        byte[] answer = new byte[1];
        bench.Master.Transfer([0x15], answer);
        return answer[0] & 1;
    }

    private static int ExtendedAddress(SpiBench bench)
    {
        byte[] answer = new byte[1];
        bench.Master.Transfer([0xC8], answer);
        return answer[0];
    }
}
