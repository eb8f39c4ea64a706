namespace Unbrick.Hardware.Spi;

/// <summary>An erase command.</summary>
/// <param name="Opcode">Its first byte.</param>
/// <param name="Size">Bytes that it erases, aligned to itself.</param>
/// <param name="Typical">How long it takes as a rule; null when the chip does not say.</param>
/// <param name="Longest">How long to wait at the most.</param>
public sealed record EraseCommand(byte Opcode, int Size, TimeSpan? Typical, TimeSpan Longest);
