using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Core.Events;

/// <summary>How a dialogue with a boot loader ends (<c>console --job</c> and its kin). What a command does not do stays empty.</summary>
/// <param name="Outcome"><c>done</c>, <c>planned</c>, <c>failed</c> or <c>refused</c>.</param>
/// <param name="Steps">What was done, in order; a step that had to be done again after a restart stands there once, as it ended.</param>
/// <param name="Diagnosis">What was found on the way.</param>
public sealed record LoaderResult(string Outcome, ImmutableArray<LoaderStepRow> Steps, ImmutableArray<Problem> Diagnosis) : JobResult
{
    /// <summary>The loader's family, an id of <c>data/loaders</c>; null when none answered.</summary>
    public string? Loader { get; init; }

    /// <summary>The line that it names itself with.</summary>
    public string? Version { get; init; }

    /// <summary>Its prompt.</summary>
    public string? Prompt { get; init; }

    /// <summary>Times that the device started again while it was worked with.</summary>
    public int Restarts { get; init; }

    /// <summary>Commands that had to be typed again, because they came back otherwise than they were typed.</summary>
    public int Retyped { get; init; }
}

/// <summary>A step.</summary>
/// <param name="Do">Its name, as in a job file.</param>
/// <param name="Verified">What proves it: <c>prompt</c>, <c>read back</c>, <c>crc32</c>, <c>compare</c> or <c>answer</c>; null when it was not done.</param>
/// <param name="Seconds">How long it took, all tries together.</param>
/// <param name="Detail">One line: what was seen.</param>
public sealed record LoaderStepRow(string Do, string? Verified, double Seconds, string Detail)
{
    /// <summary>Bytes moved by it.</summary>
    public long Bytes { get; init; }

    /// <summary>What the device printed, where that is what was asked for.</summary>
    public ImmutableArray<string> Output { get => field.IsDefault ? [] : field; init; }
}
