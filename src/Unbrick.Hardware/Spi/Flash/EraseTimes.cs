namespace Unbrick.Hardware.Spi.Flash;

/// <summary>How long chips of the W25Q and GD25Q class need, for those that do not say it themselves (data sheets, rounded).</summary>
public static class EraseTimes
{
    /// <summary>Time to program a page of 256 bytes: 0.7 ms.</summary>
    public static TimeSpan TypicalPage { get; } = TimeSpan.FromMicroseconds(700);

    /// <summary>Makers give 3 to 5 ms at the most; a wait ends at this, because to give up late costs nothing.</summary>
    public static TimeSpan LongestPage { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time to erase a block, as a rule.</summary>
    /// <param name="size">Bytes.</param>
    public static TimeSpan Typical(int size) => TimeSpan.FromMilliseconds(size switch
    {
        <= 0x1000 => 45,
        <= 0x8000 => 120,
        <= 0x1_0000 => 150,
        _ => 150.0 * size / 0x1_0000,
    });
}
