namespace Unbrick.Hardware.Serial;

/// <summary>Errors on the receiving line, each counted by the port itself (TIOCGICOUNT on Linux, ClearCommError on Windows).</summary>
/// <param name="Framing">Bytes whose stop bit was missing: the rate is wrong, or the line is noisy.</param>
/// <param name="Breaks">Times that the line stayed low for longer than a byte.</param>
/// <param name="Overruns">Bytes that were lost because they were not taken in time.</param>
/// <param name="Parity">Bytes with wrong parity.</param>
public sealed record SerialErrors(long Framing, long Breaks, long Overruns, long Parity);
