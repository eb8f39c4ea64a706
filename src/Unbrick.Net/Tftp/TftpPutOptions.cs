namespace Unbrick.Net.Tftp;

/// <summary>How a <see cref="TftpPut"/> behaves; the defaults suit the boot loaders that take what the PC sends.</summary>
public sealed record TftpPutOptions
{
    /// <summary>The name in the write request; ASCII without NUL.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Bytes in a block, 8..65464. Anything but 512 is asked for as an option (RFC 2348), and goes when the device refuses options or does not
    /// know them.
    /// </summary>
    public int BlockSize { get; init; } = TftpWire.DefaultBlockSize;

    /// <summary>
    /// How long to wait before the write request is sent again while nobody answers: a boot loader listens for one to three seconds only, and
    /// nobody knows when.
    /// </summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Silence in the middle of a transfer after which the device may have started again: from then on it is asked anew as well, while the
    /// block that it owes an answer to is repeated for the case that it is only slow.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// <see cref="Silence"/> doubles up to this with each transfer that was begun anew, most of it without a packet: a server of several files at once
    /// that is deaf to repeats until its own time-out (atftpd, 5 s) takes a new request before, and would never get to the end.
    /// </summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(16);

    /// <summary>Silence in the middle of a transfer after which it is given up; a loader that writes its flash while loading may need as long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Silence after the last block that counts as an end: many loaders begin to write at once and never acknowledge it.</summary>
    public TimeSpan LastPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The block number that follows 65535: 0, or 1 for a few old ROMs.</summary>
    public int RollOverTo { get; init; }

    /// <summary>So many ERRORs of the device end it; between them it is asked again after a second.</summary>
    public int MostErrors { get; init; } = 3;
}
