using System.Collections.Immutable;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Evidence;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// The problems of a run: said when they are found, and kept, the last of each code, for the result. What follows from a cause that was found
/// is no news: it is not said after it, and not kept beside it.
/// </summary>
internal sealed class Diagnosis(IEventSink events)
{
    private readonly List<Problem> _problems = [];

    /// <summary>Says and keeps a problem.</summary>
    public void Add(Problem problem)
    {
        if (_problems.Any(cause => VerdictTable.Explains(cause.Code, problem.Code)))
            return;
        Problem told = problem with { Likelihood = VerdictTable.LikelihoodOf(problem.Code) };
        _problems.RemoveAll(p => p.Code == told.Code || VerdictTable.Explains(told.Code, p.Code));
        _problems.Add(told);
        events.Publish(new Found(told));
    }

    /// <summary>What was missing is there now: it was said, and it is no part of how the run ended.</summary>
    public void Settle(string code) => _problems.RemoveAll(p => p.Code == code);

    /// <summary>All that were found, causes before what may follow from them.</summary>
    public ImmutableArray<Problem> Problems => [.. _problems.OrderBy(p => VerdictTable.RankOf(p.Code))];
}
