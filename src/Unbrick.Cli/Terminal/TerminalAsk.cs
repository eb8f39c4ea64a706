using Unbrick.Core.Questions;

namespace Unbrick.Cli.Terminal;

/// <summary>Reads answers from the terminal; the question itself is shown by <see cref="TerminalReporter"/>, in order with all else.</summary>
/// <param name="typed">Where they are typed.</param>
internal sealed class TerminalAsk(TextReader typed) : IAsk
{
    public async ValueTask<string> AskAsync(Question question, CancellationToken ct)
    {
        // A console cannot be read asynchronously; the thread that waits there ends with the process.
        string? line = await Task.Run(typed.ReadLine, CancellationToken.None).WaitAsync(ct);
        string word = line?.Trim() ?? Question.No;
        return word.Length == 0 ? question.Default
            : question.Answers.FirstOrDefault(a => a.StartsWith(word, StringComparison.OrdinalIgnoreCase)) ?? Question.No;
    }
}
