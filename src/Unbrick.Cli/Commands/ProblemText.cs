using Unbrick.Cli.Terminal;
using Unbrick.Core.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>A problem as text: code and title, what was seen, what it means, what to try, where to read more.</summary>
internal static class ProblemText
{
    private const int Indent = 9;

    public static void Write(CliConsole console, Problem problem)
    {
        int width = PlainText.Columns(console.Width);
        PlainText.Write(console.Error, $"{Word(problem.Severity)}[{problem.Code}]: ", problem.Title, 0, width);
        foreach (string seen in problem.Seen)
            PlainText.Write(console.Error, "  seen   ", seen, Indent, width);
        PlainText.Write(console.Error, "  means  ", problem.Means, Indent, width);
        WriteSteps(console.Error, problem.Try, "  try    ", width);
        PlainText.Write(console.Error, "  more   ", $"unbrick explain {problem.Code}", Indent, width);
    }

    public static void WriteSteps(TextWriter to, IReadOnlyList<string> steps, string label, int width)
    {
        for (int i = 0; i < steps.Count; i++)
            PlainText.Write(to, (i == 0 ? label : new string(' ', label.Length)) + (steps.Count == 1 ? "" : $"{i + 1}. "), steps[i], label.Length + (steps.Count == 1 ? 0 : 3), width);
    }

    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
