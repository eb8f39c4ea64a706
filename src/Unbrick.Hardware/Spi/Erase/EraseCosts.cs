using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Erase;

/// <summary>What it costs to put bytes back that had to be erased with their neighbours.</summary>
/// <param name="PerPage">To program one page, its way over the wire included.</param>
/// <param name="PerByte">To read a byte back and compare it.</param>
/// <param name="PerErase">For each erase command, beside the chip's own time.</param>
public sealed record EraseCosts(TimeSpan PerPage, TimeSpan PerByte, TimeSpan PerErase)
{
    /// <summary>For a chip behind a programmer.</summary>
    /// <param name="chip">Its page size.</param>
    /// <param name="info">Its speed.</param>
    public static EraseCosts For(SpiChip chip, SpiMasterInfo info)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(info);
        TimeSpan perByte = TimeSpan.FromSeconds(1 / Math.Max(info.BytesPerSecond, 1));
        return new((perByte * (chip.Page + 8)) + (chip.PageTypical ?? EraseTimes.TypicalPage), perByte, TimeSpan.FromMilliseconds(2));
    }
}
