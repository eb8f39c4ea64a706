namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>How to send by XMODEM or YMODEM.</summary>
public sealed record XmodemOptions
{
    /// <summary>Blocks of 1024 bytes while the line is clean. Boot ROMs that know only the oldest XMODEM need false.</summary>
    public bool LongBlocks { get; init; } = true;

    /// <summary>
    /// Bits in a second of the line, so that an answer which came before a block can have arrived is not taken for its answer; 0 when nobody knows
    /// (a TCP connection).
    /// </summary>
    public int Baud { get; init; }

    /// <summary>
    /// Completes a block that lost bytes on its way with NULs: U-Boot otherwise waits 2 s for the rest before it asks again. Between blocks, and at
    /// a prompt, it ignores NULs.
    /// </summary>
    public bool FillsLostBytes { get; init; } = true;
}
