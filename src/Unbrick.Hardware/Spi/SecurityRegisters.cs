namespace Unbrick.Hardware.Spi;

/// <summary>Registers outside of the array (<c>48</c> reads, one dummy byte).</summary>
/// <param name="Count">How many.</param>
/// <param name="First">Address of the first.</param>
/// <param name="Stride">Addresses between two.</param>
/// <param name="Size">Bytes in each.</param>
public sealed record SecurityRegisters(int Count, int First, int Stride, int Size);
