namespace Unbrick.Core.Problems;

/// <summary>
/// A job cannot go on. Carries the <see cref="Problem"/> to show and the <see cref="Unbrick.Core.ExitCode"/> to end with, so that the edge
/// needs no knowledge of what went wrong.
/// </summary>
public sealed class UnbrickException(Problem problem, int exitCode, Exception? inner = null) : Exception(problem.Title, inner)
{
    /// <summary>What to tell the user.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;
}
