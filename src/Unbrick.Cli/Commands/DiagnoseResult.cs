using System.Collections.Immutable;
using Unbrick.Core.Problems;
using Unbrick.Recovery.BootLogs;

namespace Unbrick.Cli.Commands;

/// <summary>A line of the story.</summary>
internal sealed record StoryRow(long Line, long To, int Count, string Text, string Says);

/// <summary><c>unbrick console --diagnose</c>.</summary>
internal sealed record DiagnoseResult(
    string File, long Length, string Cause, double Confidence, bool Healthy, ImmutableArray<long> Lines, ImmutableSortedDictionary<string, object> Facts,
    ImmutableArray<OtherCause> Alternatives, ImmutableArray<HarmlessLine> Harmless, ImmutableArray<string> Next, string Means,
    ImmutableArray<ToldLine> Evidence, string? Stage, int Boots, double? Period, bool Writing, ImmutableArray<StoryRow> Story) : CommandResult
{
    public static DiagnoseResult Of(string file, BootVerdict verdict, Problem problem, ImmutableArray<StoryLine> story) => new(
        file, verdict.Length, verdict.Cause, verdict.Confidence, verdict.Healthy, verdict.Lines, verdict.Facts, verdict.Alternatives, verdict.Harmless,
        problem.Try, problem.Means, verdict.Evidence, verdict.Stage?.ToString().ToLowerInvariant(), verdict.Boots, verdict.Period, verdict.Writing,
        [.. story.Select(s => new StoryRow(s.First, s.Last, s.Count, s.Text, s.Says))]);
}
