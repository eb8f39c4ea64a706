namespace Unbrick.Hardware.Spi.Serprog;

/// <summary>What a serprog server tells its host about itself.</summary>
public sealed record SerprogServerOptions
{
    /// <summary>Up to 15 characters.</summary>
    public string Name { get; init; } = "unbrick";

    /// <summary>Most bytes of one operation to the chip; the programmer may lower it.</summary>
    public int MaxWrite { get; init; } = 0x1_0000;

    /// <summary>Most bytes of one operation from the chip; the programmer may lower it.</summary>
    public int MaxRead { get; init; } = 0x1_0000;

    /// <summary>Waits on the programmer's clock; null leaves waiting to the host (commands 07, 0B, 0E, 0F do not exist then).</summary>
    public Action<TimeSpan>? Delay { get; init; }

    /// <summary>Bytes of the buffer for waits; each takes five.</summary>
    public ushort DelayBuffer { get; init; } = 300;
}
