namespace Unbrick.Net.Tftp;

/// <summary>How the server behaves; the defaults suit every boot loader known to us.</summary>
public sealed record TftpServerOptions
{
    /// <summary>The block number that follows 65535: 0, or 1 for a few old ROMs.</summary>
    public int RollOverTo { get; init; }

    /// <summary>
    /// Heal losses. False: wait as long as the client asks and repeat the block, as other servers do; this is how the demo shows thread 000.
    /// </summary>
    public bool Heal { get; init; } = true;

    /// <summary>Transfers at the same time; above that the oldest that nobody ever answered makes place.</summary>
    public int MostTransfers { get; init; } = 1024;

    /// <summary>
    /// Bits per second that blocks are sent with at the most, headers and the gap between frames included: what a line forced to 10 Mbit/s does, for
    /// devices whose network chip is overrun. Null for no limit. No windows then: a loader that needs this has none.
    /// </summary>
    public long? Pace { get; init; }

    /// <summary>All packets from the request port, for firewalls and NATs that only know that one.</summary>
    public bool SinglePort { get; init; }
}
