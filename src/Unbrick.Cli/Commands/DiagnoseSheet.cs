using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Recovery.BootLogs;

namespace Unbrick.Cli.Commands;

/// <summary>What a boot log says, in words.</summary>
internal sealed class DiagnoseSheet(CliConsole console)
{
    private const int Indent = 9;
    private const int MostSeen = 5;
    private const int MostHarmless = 3;
    private readonly int _width = PlainText.Columns(console.Width);

    public void Write(string from, BootVerdict verdict, Problem problem, ImmutableArray<StoryLine> story)
    {
        foreach (StoryLine line in story)
            PlainText.Write(console.Out, Lines(line).PadLeft(11) + "  ", $"{line.Says}: {line.Text}", 13, _width);
        if (!story.IsEmpty)
            console.Out.WriteLine();
        string boots = verdict.Boots switch { 0 or 1 => "", int n => $", {n} starts" };
        string period = verdict.Period is double seconds ? string.Create(CultureInfo.InvariantCulture, $", one every {seconds:0.#} s") : "";
        Line("log", $"{(from == "-" ? "from the pipe" : SafeText.Show(from, 60))}, {verdict.Length} lines{boots}{period}; {Reached(verdict)}");
        foreach (string fact in Facts(verdict.Facts))
            Line("fact", fact);
        console.Out.WriteLine();
        Answer(verdict, problem);
    }

    private void Answer(BootVerdict verdict, Problem problem)
    {
        string sure = string.Create(CultureInfo.InvariantCulture, $" ({verdict.Confidence * 100:0} % sure)");
        PlainText.Write(console.Out, $"{(verdict.Healthy ? "ok" : ProblemText.Word(problem.Severity))}[{verdict.Cause}]: ", problem.Title + sure, 2, _width);
        foreach (ToldLine told in verdict.Evidence.Take(MostSeen))
            Line("seen", $"line {told.Line}: {told.Text.Trim()} = {told.Says}");
        if (verdict.Writing)
            Line("seen", "the log ends here, and it is still erasing or writing: do not unplug; some minutes without a word are normal");
        Line("means", problem.Means);
        ProblemText.WriteSteps(console.Out, problem.Try, "  try    ", _width);
        foreach (OtherCause other in verdict.Alternatives)
            Line("or", string.Create(CultureInfo.InvariantCulture, $"{other.Cause} ({other.Confidence * 100:0} %)"));
        foreach (HarmlessLine harmless in verdict.Harmless.DistinctBy(h => h.Code).Take(MostHarmless))
            Line("ignore", $"line {harmless.Line}: {HarmlessWords.Of(harmless.Code)}");
        Line("more", $"unbrick explain {problem.Code}");
    }

    private void Line(string label, string text) => PlainText.Write(console.Out, "  " + label, text, Indent, _width);

    private static string Lines(StoryLine line) => line.First == line.Last
        ? line.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{line.First}-{line.Last}");

    private static string Reached(BootVerdict verdict) => verdict.Stage switch
    {
        null => "no boot in it",
        BootStage.Rom => "the last boot came to the processor's own loader",
        BootStage.Spl => "the last boot came to the first part of the boot loader",
        BootStage.Loader or BootStage.Transfer or BootStage.Write => "the last boot came to the boot loader",
        BootStage.Image => "the last boot came to the start of the kernel",
        BootStage.Kernel => "the last boot came to the kernel",
        BootStage.Init => "the last boot came to its root file system",
        _ => "the last boot came up",
    };

    private static IEnumerable<string> Facts(ImmutableSortedDictionary<string, object> facts)
    {
        foreach ((string name, object value) in facts)
        {
            string text = value switch
            {
                long size when name.EndsWith("size", StringComparison.Ordinal) => ByteText.Exact(size),
                long address => string.Create(CultureInfo.InvariantCulture, $"0x{address:x}"),
                _ => value.ToString()!,
            };
            yield return $"{name} {text}";
        }
    }
}
