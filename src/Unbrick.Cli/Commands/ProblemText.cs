using Unbrick.Cli.Terminal;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>A problem as text: code and title, what was seen, what it means, what to try, where to read more.</summary>
internal static class ProblemText
{
    private const int Indent = 9;

    public static void Write(CliConsole console, Problem problem)
    {
        int width = PlainText.Columns(console.Width);
        WriteBrief(console, problem, withMeaning: true);
        WriteSteps(console.Error, problem.Try, "  try    ", width);
        if (ProblemCatalogue.Codes.Contains(problem.Code))
            PlainText.Write(console.Error, "  more   ", $"unbrick explain {problem.Code}", Indent, width);
    }

    /// <summary>Only what is new when the same problem comes again: its title, what was seen, and what that means if that is new.</summary>
    public static void WriteBrief(CliConsole console, Problem problem, bool withMeaning)
    {
        int width = PlainText.Columns(console.Width);
        PlainText.Write(console.Error, $"{Word(problem.Severity)}[{problem.Code}]: ", problem.Title, 2, width);
        foreach (string seen in problem.Seen)
            PlainText.Write(console.Error, "  seen   ", seen, Indent, width);
        if (withMeaning)
            PlainText.Write(console.Error, "  means  ", problem.Means, Indent, width);
    }

    public static void WriteSteps(TextWriter to, IReadOnlyList<string> steps, string label, int width)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            string margin = (i == 0 ? label : new string(' ', label.Length)) + (steps.Count == 1 ? "" : $"{i + 1}. ");
            PlainText.Write(to, margin, steps[i], margin.Length, width);
        }
    }

    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
