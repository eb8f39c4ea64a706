using Unbrick.Hardware.Spi.Chips;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Sim.Spi.Faults;

namespace Unbrick.Tests.Hardware.Spi.Contact;

/// <summary>Faults by the names that users give them, and what is said about them.</summary>
public sealed class ContactFaultsTests
{
    [Theory]
    [InlineData("rotated=ff", ContactFault.AllOnes)]
    [InlineData("rotated=00", ContactFault.AllZeros)]
    [InlineData("mosi-bit=0/0", ContactFault.AllOnes)]
    [InlineData("shift=1", ContactFault.Shifted)]
    [InlineData("shift=-1", ContactFault.Shifted)]
    [InlineData("miso-bit=3/1", ContactFault.StuckBit)]
    [InlineData("miso-bit=0/0", ContactFault.StuckBit)]
    [InlineData("lost=60+10,lost=100+10", ContactFault.Loose)]
    [InlineData("lost=60+10/00", ContactFault.Loose)]
    [InlineData("flip=50ppm,seed=3", ContactFault.Noisy)]
    [InlineData("wrong-id=20/c84018", ContactFault.Noisy)]
    public void A_fault_is_named(string fault, ContactFault verdict)
    {
        ContactReport report = Probe(fault);

        Assert.NotEmpty(report.Findings);
        Assert.Equal(verdict, report.Findings[0].Fault);
        Assert.False(report.IsProven);
    }

    [Theory]
    [InlineData("slow=10")]
    [InlineData("program-fails=0")]
    [InlineData("wp=low")]
    public void What_a_read_does_not_meet_does_not_disturb_it(string fault) => Assert.True(Probe(fault).IsProven);

    [Fact]
    public void Rare_errors_are_bounded_even_where_none_was_seen()
    {
        ContactReport report = Probe("flip=300ppb,seed=1");

        Assert.Equal(0, report.Errors.Wrong);
        // Five wrong bytes in 16 MiB cannot be excluded by two hundred thousand good ones.
        Assert.True(report.Errors.WrongAtMost(1 << 24) > 5);
    }

    private static ContactReport Probe(string fault)
    {
        using SpiBench bench = new("W25Q128FV", SpiBench.Data(1 << 24));
        ChipLibrary library = new();
        ContactOptions options = new() { IsKnown = id => library.ByRdid(Convert.FromHexString(id)).Count > 0 };
        return ContactProbe.Run(SpiFaultList.Parse(fault).Connect(bench.Master, bench.Time), bench.Time, options, TestContext.Current.CancellationToken);
    }
}
