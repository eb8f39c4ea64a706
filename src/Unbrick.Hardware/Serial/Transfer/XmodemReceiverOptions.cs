namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>How to receive by XMODEM or YMODEM.</summary>
public sealed record XmodemReceiverOptions
{
    /// <summary>The peer sends a name and a length first, and an empty name behind the file.</summary>
    public bool Ymodem { get; init; }

    /// <summary>Ask for CRCs; false asks for sums at once.</summary>
    public bool Crc { get; init; } = true;

    /// <summary>
    /// Behaves as U-Boot does (common/xyzModem.c) and not by the book: no second C behind the name, two acknowledgements at the end, 2 s for every
    /// byte, and 2 s of silence after trouble.
    /// </summary>
    public bool LikeUBoot { get; init; }

    /// <summary>More than this is no file, bytes.</summary>
    public int Limit { get; init; } = 256 << 20;
}
