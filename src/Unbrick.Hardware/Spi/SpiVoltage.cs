using Unbrick.Hardware.Spi.Chips;

namespace Unbrick.Hardware.Spi;

/// <summary>Whether the levels of a programmer are good for a chip.</summary>
public enum VoltageFit
{
    /// <summary>The level lies in the range of the chip.</summary>
    Fits,

    /// <summary>The level or the range is not known.</summary>
    Unknown,

    /// <summary>Above what the chip is rated for, as 5 V at a chip of 3.3 V: usual with cheap programmers, and survived by most. To be asked for once.</summary>
    Above,

    /// <summary>Far above or below: a 1.8 V chip at 3.3 V or more, or a chip that cannot work at this level. Not to be driven.</summary>
    Refused,
}

/// <summary>Compares levels. No command can read the level on a wire: it is a fact of the programmer, or of the adapter behind it.</summary>
public static class SpiVoltage
{
    /// <summary>No chip of the 1.8 V class is rated above this.</summary>
    private const int LowClass = 2_300;

    /// <summary>Compares.</summary>
    /// <param name="chip">Its supply range; of several parts with one id, that of each must hold.</param>
    /// <param name="info">The programmer.</param>
    /// <param name="adapterMillivolts">Level of an adapter between the two; null when there is none.</param>
    public static VoltageFit Of(SpiChip chip, SpiMasterInfo info, int? adapterMillivolts)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(info);
        return Of(chip.MayBe1V8, chip.Millivolts, info, adapterMillivolts);
    }

    /// <summary>The same for a SPI NAND.</summary>
    /// <inheritdoc cref="Of(SpiChip, SpiMasterInfo, int?)"/>
    public static VoltageFit Of(SpiNandChip chip, SpiMasterInfo info, int? adapterMillivolts)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(info);
        return Of(chip.MayBe1V8, chip.Millivolts, info, adapterMillivolts);
    }

    private static VoltageFit Of(bool mayBe1V8, (int Least, int Most)? millivolts, SpiMasterInfo info, int? adapterMillivolts)
    {
        if ((adapterMillivolts ?? info.OutputMillivolts) is not { } level)
            return VoltageFit.Unknown;
        if (mayBe1V8 && level > LowClass)
            return VoltageFit.Refused;
        if (millivolts is not { } range)
            return VoltageFit.Unknown;
        if (level >= range.Least && level <= range.Most)
            return VoltageFit.Fits;
        return level < range.Least || range.Most <= LowClass ? VoltageFit.Refused : VoltageFit.Above;
    }
}
