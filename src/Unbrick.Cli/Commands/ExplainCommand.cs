using System.Collections.Immutable;
using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary>What <c>unbrick explain</c> was asked; an empty code lists all of them.</summary>
internal sealed record ExplainOptions(string Code, bool Json);

/// <summary><c>unbrick explain CODE</c>: the story behind a message, offline.</summary>
internal static class ExplainCommand
{
    private const int Indent = 7;
    private const int MostNear = 4;

    public static Command Create(CliConsole console)
    {
        Argument<string?> code = new("CODE") { Description = "The word in brackets of a message.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        DocumentedCommand explain = new("explain", "What a message means, how it comes about, what helped others; without CODE: all codes.")
        {
            Usage = ["explain [CODE] [--json]"],
            Examples = ["explain line-loss", "explain"],
            Related = ["help safety"],
        };
        explain.Add(code);
        explain.Add(json);
        explain.SetAction((parsed, ct) => RunAsync(new ExplainOptions(parsed.GetValue(code) ?? "", parsed.GetValue(json)), console, ct));
        return explain;
    }

    public static Task<int> RunAsync(ExplainOptions options, CliConsole console, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        string code = options.Code.Trim().ToLowerInvariant();
        return Task.FromResult(code.Length == 0 ? List(options, console) : Explain(code, options, console));
    }

    private static int List(ExplainOptions options, CliConsole console)
    {
        List<CodeTitle> titles = [];
        foreach (string code in ProblemCatalogue.Codes)
        {
            if (ProblemCatalogue.TryGetPage(code, out ProblemPage? page))
                titles.Add(new CodeTitle(code, page.Severity, page.Title));
        }
        if (options.Json)
        {
            CommandJson.WriteLine(console.Out, new CodesResult([.. titles]));
            return ExitCode.Done;
        }
        int column = titles.Max(line => line.Code.Length) + 2;
        foreach (CodeTitle line in titles)
            PlainText.Write(console.Out, line.Code.PadRight(column), line.Title, column, PlainText.Columns(console.Width));
        return ExitCode.Done;
    }

    private static int Explain(string code, ExplainOptions options, CliConsole console)
    {
        bool known = ProblemCatalogue.TryGetPage(code, out ProblemPage? page);
        ImmutableArray<string> near = known ? [] : Near(code);
        Problem? problem = known ? null
            : ProblemCatalogue.Create(ProblemCode.CodeUnknown, near.Select(n => $"did you mean {n}?"), ("code", code));
        int exit = known ? ExitCode.Done : ExitCode.NotFound;
        if (options.Json)
            CommandJson.WriteLine(console.Out, new ExplainResult(code, page, near) { Exit = exit, Diagnosis = known ? [] : [problem!] });
        else if (page is not null)
            Write(console, page);
        else
            ProblemText.Write(console, problem!);
        return exit;
    }

    private static void Write(CliConsole console, ProblemPage page)
    {
        int width = PlainText.Columns(console.Width);
        TextWriter to = console.Out;
        PlainText.Write(to, $"{ProblemText.Word(page.Severity)}[{page.Code}]: ", page.Title, 0, width);
        to.WriteLine();
        PlainText.Write(to, "means  ", page.Means, Indent, width);
        ProblemText.WriteSteps(to, page.Try, "try    ", width);
        foreach (string paragraph in page.Page)
        {
            to.WriteLine();
            PlainText.Write(to, "", paragraph, 0, width);
        }
        if (page.Sources.IsEmpty)
            return;
        to.WriteLine();
        PlainText.Write(to, "from   ", string.Join("; ", page.Sources), Indent, width);
    }

    private static ImmutableArray<string> Near(string code) =>
    [
        .. ProblemCatalogue.Codes
            .Select(known => (Code: known, Distance: known.Contains(code) ? 0 : EditDistance.Between(known, code)))
            .Where(n => n.Distance <= Math.Max(2, code.Length / 3))
            .OrderBy(n => n.Distance).ThenBy(n => !n.Code.StartsWith(code, StringComparison.Ordinal)).ThenBy(n => n.Code, StringComparer.Ordinal).Take(MostNear).Select(n => n.Code),
    ];
}
