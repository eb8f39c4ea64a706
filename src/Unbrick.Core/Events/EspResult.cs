using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Core.Events;

/// <summary>How <c>unbrick esp</c> ends. What a command does not do stays empty. With several ports the first one's fields stand at the top.</summary>
/// <param name="Outcome"><c>done</c>, <c>written</c> (proven, its start not seen), <c>nothing-to-do</c>, <c>planned</c>, <c>failed</c> or <c>refused</c>.</param>
/// <param name="State">What flash holds now: <c>as-before</c>, <c>as-planned</c> or <c>mixed</c>.</param>
/// <param name="Diagnosis">What was found on the way.</param>
public sealed record EspResult(string Outcome, string State, ImmutableArray<Problem> Diagnosis) : JobResult
{
    /// <summary>The port.</summary>
    public string? Port { get; init; }

    /// <summary>As printed on the chip; null when none answered.</summary>
    public string? Chip { get; init; }

    /// <summary>Its address, lower-case with colons.</summary>
    public string? Mac { get; init; }

    /// <summary>Its flash.</summary>
    public EspFlashRow? Flash { get; init; }

    /// <summary>Where the backup is kept.</summary>
    public string? Backup { get; init; }

    /// <summary>SHA-256 of the backup, lower-case hex.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What was written.</summary>
    public ImmutableArray<EspWrittenRow> Written { get; init; } = [];

    /// <summary>How it started.</summary>
    public EspBootRow? Boot { get; init; }

    /// <summary>The line.</summary>
    public EspLineRow? Line { get; init; }

    /// <summary>One for each port, when there are several.</summary>
    public ImmutableArray<EspResult> Devices { get; init; } = [];
}

/// <summary>A flash chip.</summary>
/// <param name="Jedec">Answer to 9F, lower-case hex.</param>
/// <param name="Size">Bytes.</param>
public sealed record EspFlashRow(string Jedec, long Size);

/// <summary>A range that holds what it is to hold.</summary>
/// <param name="Offset">In flash.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of the bytes, lower-case hex.</param>
/// <param name="Verified"><c>md5</c>, <c>readback</c> (every byte), <c>sampled</c> (bytes of every sector) or <c>no</c>.</param>
public sealed record EspWrittenRow(long Offset, long Length, string Sha256, string Verified);

/// <summary>How a chip started.</summary>
/// <param name="Cause"><c>ok-normal-boot</c>, a cause of <c>console --diagnose</c>, or <c>not-seen</c>.</param>
/// <param name="Lines">The text of the boot, bounded.</param>
public sealed record EspBootRow(string Cause, ImmutableArray<string> Lines);

/// <summary>A serial line.</summary>
/// <param name="Sent">Bytes to the chip.</param>
/// <param name="Received">Bytes from the chip.</param>
/// <param name="Restarts">Times that something had to be sent again.</param>
public sealed record EspLineRow(long Sent, long Received, int Restarts);
