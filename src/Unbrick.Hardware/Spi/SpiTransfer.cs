namespace Unbrick.Hardware.Spi;

/// <summary>One chip-select: what is shifted out, then where the answer goes.</summary>
/// <param name="Write">At least one byte.</param>
/// <param name="Read">As long as the answer.</param>
public sealed record SpiTransfer(ReadOnlyMemory<byte> Write, Memory<byte> Read);
