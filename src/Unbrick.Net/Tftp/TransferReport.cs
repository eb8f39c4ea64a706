using System.Net;

namespace Unbrick.Net.Tftp;

/// <summary>The kinds of client that need different healing.</summary>
public enum LoaderKind
{
    /// <summary>No evidence yet.</summary>
    Unknown,

    /// <summary>U-Boot up to v2020.07 and what descends from it: stores blocks in any order, ignores a repeat without an ACK.</summary>
    UBootLegacy,

    /// <summary>U-Boot v2020.10 and later: takes only the next block, answers a wrong one once.</summary>
    UBootStrict,

    /// <summary>Answers as the RFCs say.</summary>
    Rfc,
}

/// <summary>How a transfer ended.</summary>
public enum TransferOutcome
{
    /// <summary>It is still going on.</summary>
    Running,

    /// <summary>The last block was acknowledged (or received, for uploads).</summary>
    Complete,

    /// <summary>All was sent, all but the last block acknowledged, then silence: many boot loaders never acknowledge the last block.</summary>
    ProbablyComplete,

    /// <summary>The same client asked again before the end.</summary>
    Restarted,

    /// <summary>The client fell silent.</summary>
    Silent,

    /// <summary>The client sent an ERROR.</summary>
    ClientError,

    /// <summary>An upload found no room.</summary>
    NoRoom,

    /// <summary>The server was stopped, or needed the place for another client.</summary>
    Stopped,
}

/// <summary>A transfer in numbers, at any moment of it.</summary>
/// <param name="Peer">The client's address and port.</param>
/// <param name="Request">What it asked for.</param>
/// <param name="SentAs">Name of what it gets (or sends).</param>
/// <param name="Outcome">How it ended, if it did.</param>
/// <param name="Done">Bytes acknowledged.</param>
/// <param name="Total">Bytes in all; 0 for an upload of unknown size.</param>
/// <param name="Block">Last block acknowledged, absolute.</param>
/// <param name="Blocks">Blocks in all.</param>
/// <param name="Elapsed">Since the request.</param>
/// <param name="Resent">DATA packets sent more than once.</param>
/// <param name="Loss">Losses as far as they can be told.</param>
/// <param name="Loader">What kind of client it is.</param>
/// <param name="LivesLeft">Time-outs that the boot loader has left of its ten; null when the client has no such budget.</param>
/// <param name="BlockZeroResent">A block 0 was sent twice to a client that may have counted it twice.</param>
/// <param name="ErrorCode">The client's ERROR code, with <see cref="TransferOutcome.ClientError"/>.</param>
/// <param name="ErrorText">The client's ERROR message.</param>
/// <param name="LongestStall">Longest time between two acknowledged blocks.</param>
public sealed record TransferReport(
    IPEndPoint Peer, TftpRequest Request, string SentAs, TransferOutcome Outcome, long Done, long Total, long Block, long Blocks,
    TimeSpan Elapsed, long Resent, LossEstimate Loss, LoaderKind Loader, int? LivesLeft, bool BlockZeroResent,
    TftpErrorCode ErrorCode, string ErrorText, TimeSpan LongestStall)
{
    /// <summary>The first pauses that were longer than losses by chance explain.</summary>
    public IReadOnlyList<TransferStall> Stalls { get; init; } = [];

    /// <summary>The first blocks at which a packet was lost, in order.</summary>
    public IReadOnlyList<long> LossPlaces { get; init; } = [];
}

/// <summary>A pause in a transfer.</summary>
/// <param name="Block">The block that was waited for, absolute; 0 for the answer to the options.</param>
/// <param name="Pause">Until it was acknowledged.</param>
public readonly record struct TransferStall(long Block, TimeSpan Pause)
{
    /// <summary>Losses by chance are healed within a few hundred milliseconds.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.8);

    /// <summary>Kept of one transfer.</summary>
    public const int MostKept = 64;
}

/// <summary>Losses as fractions (0..1) of the packets sent in each direction.</summary>
public readonly record struct LossEstimate(double ToDevice, double FromDevice);
