namespace Unbrick.Core.Questions;

/// <summary>Where a job's questions go: a terminal, a browser, <c>--yes</c>, a script in tests.</summary>
public interface IAsk
{
    /// <summary>
    /// One of the <see cref="Question.Answers"/>. Must come back at once and be answered later: a transfer may be under way meanwhile.
    /// </summary>
    ValueTask<string> AskAsync(Question question, CancellationToken ct);
}
