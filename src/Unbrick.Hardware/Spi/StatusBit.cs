namespace Unbrick.Hardware.Spi;

/// <summary>A bit of a status register.</summary>
/// <param name="Register">1, 2 or 3: read by 05, 35, 15.</param>
/// <param name="Mask">The bit's weight.</param>
public readonly record struct StatusBit(int Register, byte Mask);
