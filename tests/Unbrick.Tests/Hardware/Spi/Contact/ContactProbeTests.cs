using Unbrick.Hardware.Spi.Contact;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Hardware.Spi.Contact;

public sealed class ContactProbeTests
{
    private static readonly byte[] s_changing = [0x01, 0x02, 0x06, 0x20, 0x31, 0x50, 0x66, 0x99, 0xB7, 0xC7, 0xD8];

    [Theory]
    [InlineData("W25Q128BV")]
    [InlineData("W25X05")]
    [InlineData("GD25Q128C")]
    [InlineData("W25Q256FV")]
    public void A_good_contact_is_proven_without_a_change_to_the_chip(string model)
    {
        using SpiBench bench = new(model);
        byte[] before = SpiBench.Data(bench.Sim.Model.Size);
        before.CopyTo(bench.Content);

        ContactReport report = Run(bench);

        Assert.True(report.IsProven);
        Assert.True(report.HasId);
        Assert.Empty(report.Findings);
        Assert.Equal(Convert.ToHexStringLower(bench.Sim.Model.Jedec.AsSpan()), report.Answers.Id);
        Assert.Equal(64, report.Answers.Ids.Answers.Length);
        Assert.Equal(16, report.Answers.Samples.Length);
        Assert.All(report.Answers.Samples, sample => Assert.True(before.AsSpan(sample.Address, 4096).SequenceEqual(sample.Usual)));
        Assert.Contains(report.Answers.Samples, sample => sample.Address == 0);
        Assert.Contains(report.Answers.Samples, sample => sample.Address == Math.Min(1 << 24, bench.Sim.Model.Size) - 4096);
        Assert.InRange(report.Errors.RateAtMost, 1e-6, 2e-5);
        Assert.All(s_changing, opcode => Assert.Equal(0, bench.Sim.Counts.Of(opcode)));
    }

    [Fact]
    public void It_takes_two_seconds_on_a_slow_programmer()
    {
        using SpiBench bench = new("W25Q128BV", timing: SimSpiTiming.Ch341a);

        Run(bench);

        Assert.InRange(bench.Time.Elapsed.TotalSeconds, 0.5, 2);
    }

    [Theory]
    [InlineData(0xFF, ContactFault.AllOnes)]
    [InlineData(0x00, ContactFault.AllZeros)]
    public void A_chip_that_does_not_answer_is_left_alone_soon(byte open, ContactFault fault)
    {
        using SpiBench bench = new("W25Q128BV", timing: SimSpiTiming.Ch341a);
        bench.Wires.Open = open;
        bench.Wires.Reaches = (_, _) => false;

        ContactReport report = Run(bench);

        Assert.Equal(fault, report.Findings[0].Fault);
        Assert.False(report.IsProven || report.HasId);
        Assert.InRange(bench.Wires.Count, 8, 30);
        Assert.InRange(bench.Time.Elapsed.TotalSeconds, 0, 0.1);
    }

    [Fact]
    public void A_loose_contact_is_told_by_a_number()
    {
        using SpiBench bench = new("W25Q128BV", SpiBench.Data(1 << 24));
        Random random = new(5);
        bench.Wires.Reaches = (_, _) => random.NextDouble() > 0.1;

        ContactReport report = Run(bench);

        Assert.Equal(ContactFault.Loose, report.Findings[0].Fault);
        Assert.True(report.HasId);
        Assert.False(report.IsProven);
        Assert.InRange(report.Errors.Rate, 0.05, 0.2);
        Assert.True(report.Errors.RateAtMost > report.Errors.Rate);
        // Errors ask for more rounds, so that the number means something.
        Assert.Equal(6, report.Answers.Samples[0].Answers.Length);
    }

    [Fact]
    public void A_wrong_bit_now_and_then_is_no_proven_contact()
    {
        using SpiBench bench = new("W25Q128BV", SpiBench.Data(1 << 24));
        Random random = new(5);
        bench.Wires.Spoil = (_, _, read) =>
        {
            if (read.Length == 4096 && random.Next(10) == 0)
                read[random.Next(read.Length)] ^= 4;
        };

        ContactReport report = Run(bench);

        Assert.Equal(ContactFault.Noisy, Assert.Single(report.Findings).Fault);
        Assert.False(report.IsProven);
        Assert.InRange(report.Errors.Rate, 1e-6, 1e-4);
    }

    [Fact]
    public void A_bus_that_somebody_else_drives_is_told()
    {
        using SpiBench bench = new("W25Q128BV", SpiBench.Data(1 << 24));
        Random random = new(5);
        bench.Wires.Spoil = (_, _, read) =>
        {
            if (read.Length == 4096 && random.Next(5) == 0)
                random.NextBytes(read.AsSpan(random.Next(2000), 1500));
        };

        Assert.Equal(ContactFault.BusShared, Run(bench).Findings[0].Fault);
    }

    [Fact]
    public void A_line_that_is_late_by_a_bit_is_told()
    {
        using SpiBench bench = new("W25Q128FV", SpiBench.Data(1 << 24));
        bench.Wires.Spoil = (_, _, read) =>
        {
            for (int i = read.Length - 1; i >= 0; i--)
                read[i] = (byte)((read[i] >> 1) | (i > 0 ? read[i - 1] << 7 : 0));
        };

        Assert.Equal(ContactFault.Shifted, Run(bench).Findings[0].Fault);
    }

    [Fact]
    public void A_stop_is_heard()
    {
        using SpiBench bench = new("W25Q128FV");
        using CancellationTokenSource stop = new();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => ContactProbe.Run(bench.Wires, bench.Time, new(), stop.Token));
    }

    private static ContactReport Run(SpiBench bench) => ContactProbe.Run(bench.Wires, bench.Time, new(), TestContext.Current.CancellationToken);
}
