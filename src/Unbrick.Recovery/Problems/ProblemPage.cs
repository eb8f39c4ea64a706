using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Recovery.Problems;

/// <summary>
/// What <c>unbrick explain CODE</c> shows: the message as it looks in a run, and the story behind it. The texts that a run fills in stand
/// here as names in capitals, as in a manual page (<c>ADAPTER</c>).
/// </summary>
public sealed record ProblemPage
{
    /// <summary>The word code (<see cref="ProblemCode"/>).</summary>
    public required string Code { get; init; }

    /// <summary>How bad it is when it is reported.</summary>
    public required Severity Severity { get; init; }

    /// <summary>One line, without a full stop.</summary>
    public required string Title { get; init; }

    /// <summary>The reading of it, for the user.</summary>
    public required string Means { get; init; }

    /// <summary>Steps, the cheapest physical one first; at most four.</summary>
    public required ImmutableArray<string> Try { get; init; }

    /// <summary>The names in the texts above and what a run puts there.</summary>
    public required ImmutableSortedDictionary<string, string> Values { get; init; }

    /// <summary>Paragraphs: how it comes about, how to tell it from others, what helped.</summary>
    public required ImmutableArray<string> Page { get; init; }

    /// <summary>Where that is known from: threads, RFCs, files of public sources.</summary>
    public required ImmutableArray<string> Sources { get; init; }
}
