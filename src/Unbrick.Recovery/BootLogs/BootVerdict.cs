using System.Collections.Immutable;

namespace Unbrick.Recovery.BootLogs;

/// <summary>Another reading of a log.</summary>
/// <param name="Cause">Its id.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record OtherCause(string Cause, double Confidence);

/// <summary>A line that looks bad and is not.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Code">Which one (<c>net-checksum-noise</c>).</param>
public sealed record HarmlessLine(long Line, string Code);

/// <summary>A line, and what it says.</summary>
/// <param name="Line">Its number.</param>
/// <param name="Text">The line, made safe to show.</param>
/// <param name="Says">What it says.</param>
public sealed record ToldLine(long Line, string Text, string Says);

/// <summary>What a boot log says about the device.</summary>
public sealed record BootVerdict
{
    /// <summary>The id of a cause (<c>data/problems</c> has its page); <c>ok-…</c> when nothing is wrong, <c>unknown</c> when it cannot be told.</summary>
    public required string Cause { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Nothing is wrong as far as the log goes.</summary>
    public bool Healthy => Cause.StartsWith("ok-", StringComparison.Ordinal);

    /// <summary>Numbers of the lines that decide it, in order.</summary>
    public required ImmutableArray<long> Lines { get; init; }

    /// <summary>The same with their text.</summary>
    public required ImmutableArray<ToldLine> Evidence { get; init; }

    /// <summary>Values found in the log; numbers are <see cref="long"/>, all else is text that is safe to show.</summary>
    public required ImmutableSortedDictionary<string, object> Facts { get; init; }

    /// <summary>Other readings, likeliest first.</summary>
    public required ImmutableArray<OtherCause> Alternatives { get; init; }

    /// <summary>Lines that look bad and are not; the first of each kind in the last boot.</summary>
    public required ImmutableArray<HarmlessLine> Harmless { get; init; }

    /// <summary>How far the last boot came; null when there is no boot in the log.</summary>
    public required BootStage? Stage { get; init; }

    /// <summary>How often the device starts in this log.</summary>
    public required int Boots { get; init; }

    /// <summary>Seconds from one start to the next when the log has times; null without.</summary>
    public required double? Period { get; init; }

    /// <summary>The flash is being changed where the log ends: the device must not lose power.</summary>
    public required bool Writing { get; init; }

    /// <summary>Lines in the log.</summary>
    public required long Length { get; init; }
}
