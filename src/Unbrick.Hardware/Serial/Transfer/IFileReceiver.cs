namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>A file on its way out of a peer. Pure, as <see cref="IFileSender"/> is.</summary>
public interface IFileReceiver
{
    /// <summary>How far it is.</summary>
    TransferState State { get; }

    /// <summary>Why it failed; null when it did not.</summary>
    TransferFault? Fault { get; }

    /// <summary>The name that the peer gave; null when the protocol has none or it did not come yet.</summary>
    string? Name { get; }

    /// <summary>What arrived so far, cut to the length that the peer announced if it did.</summary>
    ReadOnlyMemory<byte> File { get; }

    /// <summary>Packets that were refused or asked for again.</summary>
    int Repeats { get; }

    /// <summary>Tells what arrived.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="now">Since any fixed moment; never runs backwards.</param>
    void Take(ReadOnlySpan<byte> bytes, TimeSpan now);

    /// <summary>What to write now; empty when there is nothing. Ask again at once after writing it.</summary>
    /// <param name="now">On the clock of <see cref="Take"/>.</param>
    /// <param name="wakeAt">When to ask again if nothing arrives before; null when only the peer can go on, or it is over.</param>
    ReadOnlyMemory<byte> Next(TimeSpan now, out TimeSpan? wakeAt);
}
