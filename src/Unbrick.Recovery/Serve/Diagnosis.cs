using System.Collections.Immutable;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;

namespace Unbrick.Recovery.Serve;

/// <summary>The problems of a run: said when they are found, and kept, the last of each code, for the result.</summary>
internal sealed class Diagnosis(IEventSink events)
{
    private readonly List<Problem> _problems = [];

    /// <summary>Says and keeps a problem.</summary>
    public void Add(Problem problem)
    {
        _problems.RemoveAll(p => p.Code == problem.Code);
        _problems.Add(problem);
        events.Publish(new Found(problem));
    }

    /// <summary>All that were found.</summary>
    public ImmutableArray<Problem> Problems => [.. _problems];
}
