namespace Unbrick.Hardware.Spi.Chips;

/// <summary>What the chip's own correction can do.</summary>
/// <param name="Bits">Wrong bits that it puts right.</param>
/// <param name="Per">In so many bytes.</param>
public sealed record SpiNandEcc(int Bits, int Per);
