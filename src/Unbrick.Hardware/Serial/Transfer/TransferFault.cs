namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>Why a file transfer failed.</summary>
public enum TransferFault
{
    /// <summary>The peer never asked for the file.</summary>
    NoStart,

    /// <summary>A packet was sent as often as makes sense, and the peer said nothing at all.</summary>
    Silent,

    /// <summary>A packet was sent as often as makes sense, and the peer refused it each time.</summary>
    Refused,

    /// <summary>The peer gave up.</summary>
    CancelledByPeer,

    /// <summary>The peer prints text in the middle of the file: it has left, and the file is cut off.</summary>
    PeerLeft,

    /// <summary>This side gave up.</summary>
    Cancelled,

    /// <summary>The port went away.</summary>
    PortGone,

    /// <summary>The peer's packets make no sense, or are more than the file may have.</summary>
    Malformed,
}
