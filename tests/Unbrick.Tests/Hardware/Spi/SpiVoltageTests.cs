using Unbrick.Hardware.Spi;

namespace Unbrick.Tests.Hardware.Spi;

public sealed class SpiVoltageTests
{
    [Theory]
    [InlineData(2700, 3600, 3300, null, VoltageFit.Fits)]
    [InlineData(2700, 3600, 5000, null, VoltageFit.Above)]
    [InlineData(1650, 1950, 3300, null, VoltageFit.Refused)]
    [InlineData(1650, 1950, 5000, null, VoltageFit.Refused)]
    [InlineData(1650, 1950, 5000, 1800, VoltageFit.Fits)]
    [InlineData(2700, 3600, 5000, 1800, VoltageFit.Refused)]
    [InlineData(1650, 3600, 3300, null, VoltageFit.Fits)]
    [InlineData(1650, 1950, null, null, VoltageFit.Unknown)]
    public void A_chip_is_not_driven_at_a_level_that_may_destroy_it(int least, int most, int? output, int? adapter, VoltageFit fit)
    {
        SpiChip chip = new() { Name = "chip", Jedec = "ef4018", Size = 1 << 24, Millivolts = (least, most) };
        SpiMasterInfo info = new("programmer", 1, 1, 1) { OutputMillivolts = output };

        Assert.Equal(fit, SpiVoltage.Of(chip, info, adapter));
        Assert.Equal(VoltageFit.Unknown, SpiVoltage.Of(chip with { Millivolts = null }, info, adapter));
    }

    [Fact]
    public void One_low_part_among_several_with_the_same_id_is_enough_to_refuse()
    {
        SpiChip chip = new() { Name = "chip", Jedec = "ef6018", Size = 1 << 24, Millivolts = (1650, 3600), MayBe1V8 = true };
        SpiMasterInfo info = new("programmer", 1, 1, 1) { OutputMillivolts = 3300 };

        Assert.Equal(VoltageFit.Refused, SpiVoltage.Of(chip, info, null));
        Assert.Equal(VoltageFit.Fits, SpiVoltage.Of(chip, info, 1800));
    }
}
