namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>How far a file transfer is.</summary>
public enum TransferState
{
    /// <summary>The peer did not begin yet.</summary>
    Waiting,

    /// <summary>Packets go back and forth.</summary>
    Running,

    /// <summary>The whole file is over and acknowledged.</summary>
    Done,

    /// <summary>It failed: see the fault.</summary>
    Failed,
}
