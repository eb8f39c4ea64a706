namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// A file on its way into a boot loader, by one of the protocols that those know. Pure: it is told what arrived and when, and says what to write;
/// it never throws on what arrives. <see cref="FileTransfer"/> drives it on a port.
/// </summary>
public interface IFileSender
{
    /// <summary>How far it is.</summary>
    TransferState State { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    TransferFault? Fault { get; }

    /// <summary>The peer's own words when it gave up (Kermit only).</summary>
    string? PeerText { get; }

    /// <summary>Bytes of the file that the peer has acknowledged.</summary>
    long Acknowledged { get; }

    /// <summary>Bytes of the file.</summary>
    long Total { get; }

    /// <summary>Packets that had to be sent again.</summary>
    int Repeats { get; }

    /// <summary>Tells what arrived.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="now">Since any fixed moment; never runs backwards.</param>
    void Take(ReadOnlySpan<byte> bytes, TimeSpan now);

    /// <summary>What to write now; empty when there is nothing. Ask again at once after writing it.</summary>
    /// <param name="now">On the clock of <see cref="Take"/>.</param>
    /// <param name="wakeAt">When to ask again if nothing arrives before; null when it is over.</param>
    ReadOnlyMemory<byte> Next(TimeSpan now, out TimeSpan? wakeAt);

    /// <summary>Gives up; <see cref="Next"/> then tells the peer so. Does nothing when it is over already.</summary>
    /// <param name="why">Becomes the fault.</param>
    void Cancel(TransferFault why = TransferFault.Cancelled);
}
