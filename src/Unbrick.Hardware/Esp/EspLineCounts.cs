namespace Unbrick.Hardware.Esp;

/// <summary>What went wrong on the line, and what it took.</summary>
public sealed record EspLineCounts
{
    /// <summary>Bytes to the chip.</summary>
    public long Sent { get; set; }

    /// <summary>Bytes from the chip.</summary>
    public long Received { get; set; }

    /// <summary>Bytes that belong to no answer.</summary>
    public long Stray { get; set; }

    /// <summary>Pieces that look like answers but are not whole: bytes are lost or changed on the way from the chip.</summary>
    public int Damaged { get; set; }

    /// <summary>Blocks that the chip got with a wrong checksum: bytes are lost or changed on the way to it.</summary>
    public int BadBlocks { get; set; }

    /// <summary>Blocks that the chip would not take because of their number: one before was lost.</summary>
    public int OutOfTurn { get; set; }

    /// <summary>Commands without an answer; one that came whole after it was given up is taken off again.</summary>
    public int TimeOuts { get; set; }

    /// <summary>Answers to something that was given up already.</summary>
    public int Late { get; set; }

    /// <summary>Own frames that came back.</summary>
    public int Echoes { get; set; }

    /// <summary>Values that were different when read again.</summary>
    public int Unsteady { get; set; }

    /// <summary>Times that writing had to begin again at a sector.</summary>
    public int Restarts { get; set; }

    /// <summary>Times that it answered nothing any more, so that only the reset line was left.</summary>
    public int Resets { get; set; }

    /// <summary>Slowest answer, without the time that the bytes take.</summary>
    public TimeSpan Slowest { get; set; }

    /// <summary>Did the line lose or change anything?</summary>
    public bool Disturbed => Damaged > 0 || BadBlocks > 0 || OutOfTurn > 0 || TimeOuts > 0 || Unsteady > 0;
}
