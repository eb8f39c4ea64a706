using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Tests.Hardware.Spi.Flash;

/// <summary>Faults by the names that users give them.</summary>
public sealed class SpiFlashFaultsTests
{
    [Fact]
    public void Wherever_the_contact_is_lost_what_is_called_done_is_done()
    {
        Random random = new(20261121);
        for (int run = 0; run < 150; run++)
        {
            string level = run % 2 == 0 ? "ff" : "00";
            string fault = $"lost={random.Next(0, 400)}+{random.Next(1, 40)}/{level},lost={random.Next(0, 400)}+{random.Next(1, 3)}/{level},slow={random.Next(1, 4)}";
            using SpiBench bench = new("W25Q80BV", SpiBench.Data(0x1_0000, seed: 2));
            SpiFlash flash = new(SpiFaultList.Parse(fault).Connect(bench.Master, bench.Time), bench.Flash.Chip, bench.Time);
            byte[] data = SpiBench.Data(0x8000);

            EraseResult erased = flash.Erase(0, bench.Flash.Chip.Erases[1]);
            if (erased.Outcome == FlashOutcome.Done)
                Assert.False(bench.Content[..0x8000].ContainsAnyExcept((byte)0xFF), fault);
            else
                bench.Content[..0x8000].Fill(0xFF);
            ProgramResult programmed = flash.Program(0, data, default, null, TestContext.Current.CancellationToken);

            Assert.True(bench.Content[..programmed.Done].SequenceEqual(data.AsSpan(0, programmed.Done)), fault);
            Assert.True(programmed.Outcome is FlashOutcome.Done or FlashOutcome.NoContact, $"{fault}: {programmed.Outcome}");
            Assert.True(bench.Content[0x8000..0x1_0000].SequenceEqual(SpiBench.Data(0x1_0000, seed: 2).AsSpan(0x8000)), fault);
            Assert.InRange(bench.Time.Elapsed.TotalSeconds, 0, 10);
        }
    }

    [Fact]
    public void Whoever_proves_the_contact_again_gets_to_the_end()
    {
        for (int first = 0; first < 300; first += 7)
        {
            using SpiBench bench = new("W25Q80BV");
            SpiFlash flash = new(SpiFaultList.Parse($"lost={first}+200").Connect(bench.Master, bench.Time), bench.Flash.Chip, bench.Time);
            byte[] data = SpiBench.Data(0x8000);
            int done = 0;
            for (int tries = 0; done < data.Length && tries < 200; tries++)
            {
                if (flash.WaitIdle(TimeSpan.FromSeconds(1)) == FlashOutcome.Done)
                    done += flash.Program(done, data.AsMemory(done), default, null, TestContext.Current.CancellationToken).Done;
            }

            Assert.Equal(data.Length, done);
            Assert.True(bench.Content[..0x8000].SequenceEqual(data));
        }
    }

    [Theory]
    [InlineData("program-fails=0x500", FlashOutcome.Done, 0x1000)]
    [InlineData("lies=3", FlashOutcome.Done, 0x1000)]
    [InlineData("never-ready=0", FlashOutcome.Late, 0)]
    [InlineData("rotated=ff", FlashOutcome.NoContact, 0)]
    [InlineData("rotated=00", FlashOutcome.NoContact, 0)]
    public void A_write_ends_and_says_what_the_chip_said(string fault, FlashOutcome outcome, int done)
    {
        using SpiBench bench = new("W25Q80BV");
        SpiFlash flash = new(SpiFaultList.Parse(fault).Connect(bench.Master, bench.Time), bench.Flash.Chip, bench.Time);

        ProgramResult result = flash.Program(0, SpiBench.Data(0x1000), default, null, TestContext.Current.CancellationToken);

        Assert.Equal((outcome, done), (result.Outcome, result.Done));
        Assert.InRange(bench.Time.Elapsed.TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData("W25Q128BV", "W25Q128.V")]
    [InlineData("W25Q128FV", "W25Q128.V")]
    [InlineData("GD25Q128C", "GD25Q128C")]
    [InlineData("W25Q64FV", "W25Q64FV")]
    [InlineData("W25Q256JV", "W25Q256JV_Q")]
    [InlineData("W25Q256FV", "W25Q256FV")]
    [InlineData("MX25L12835F", "MX25L12835F")]
    public void Chips_as_the_list_has_them_are_read_erased_programmed_and_unprotected(string model, string name)
    {
        ChipCandidate[] known = [.. new ChipLibrary().AllNor.Where(c => c.Chip.Name.Contains(name, StringComparison.Ordinal))];
        Assert.NotEmpty(known);
        foreach (ChipCandidate candidate in known)
        {
            using SpiBench bench = new(model, change: _ => candidate.Chip);
            if (candidate.Chip.Jedec != Convert.ToHexStringLower(bench.Sim.Model.Jedec.AsSpan()))
                continue;
            bool isMacronix = model.StartsWith('M');
            bench.Sim.SetStatus(1, (byte)(isMacronix ? 0 : 0x04));
            bench.Sim.SetStatus(2, (byte)(isMacronix ? 0 : 0x42));
            int address = bench.Sim.Model.Size - 0x1_0000;
            byte[] data = SpiBench.Data(0x1_0000);
            bench.Content[address..].Clear();

            ProtectionResult protection = bench.Flash.Unprotect();
            Assert.Equal(isMacronix ? ProtectionOutcome.NotProtected : ProtectionOutcome.Lifted, protection.Outcome);
            Assert.Equal(FlashOutcome.Done, bench.Flash.Erase(address, bench.Block).Outcome);
            Assert.Equal(FlashOutcome.Done, bench.Flash.Program(address, data, default, null, TestContext.Current.CancellationToken).Outcome);
            byte[] read = new byte[data.Length];
            Assert.Empty(bench.Flash.Read(address, read, null, TestContext.Current.CancellationToken).Doubtful);
            Assert.Equal(data, read);
            Assert.True(bench.Flash.Restore());
            Assert.Equal(isMacronix ? 0 : 0x42, bench.Sim.KeptStatus(2));
            Assert.Equal(protection.Found, bench.Flash.ReadStatus());
        }
    }
}
