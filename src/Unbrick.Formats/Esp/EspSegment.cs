namespace Unbrick.Formats.Esp;

/// <summary>Data of an ESP image that is loaded to, or mapped at, one address.</summary>
/// <param name="Load">Address on the chip.</param>
/// <param name="Offset">Of the data, from the beginning of the image.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Summed">The checksum covers it; it does not cover the mapped flash of the ESP8266's second kind.</param>
public readonly record struct EspSegment(uint Load, int Offset, int Length, bool Summed);
