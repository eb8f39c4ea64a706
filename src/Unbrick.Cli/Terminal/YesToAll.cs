using Unbrick.Core.Questions;

namespace Unbrick.Cli.Terminal;

/// <summary><c>--yes</c>: the user has agreed beforehand.</summary>
internal sealed class YesToAll : IAsk
{
    public ValueTask<string> AskAsync(Question question, CancellationToken ct) => ValueTask.FromResult(Question.Yes);
}
