using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Unbrick.Cli.Terminal;
using Unbrick.Core;

namespace Unbrick.Cli.Commands;

/// <summary><c>--help</c>: what it does, how to call it, every option on a line of its own, examples; one screen in the terminal's width.</summary>
internal sealed class HelpPage(CliConsole console) : SynchronousCommandLineAction
{
    private const int Indent = 2;
    private const int WidestTerm = 24;
    private const int FurtherIndent = 6;

    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command);
        return ExitCode.Done;
    }

    private void Write(Command command)
    {
        ImmutableArray<string> usage = command is DocumentedCommand { Usage: var calls } ? calls : ["COMMAND [OPTIONS]"];
        Line("", command.Description ?? "");
        console.Out.WriteLine();
        for (int i = 0; i < usage.Length; i++)
            Line(i == 0 ? "Usage: " : "       ", $"unbrick {usage[i]}");
        Section("Commands:", [.. command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description ?? ""))]);
        Section("Arguments:", [.. command.Arguments.Select(a => (a.Name, a.Description ?? ""))]);
        Section("Options:", [.. command.Options.Where(o => !o.Hidden && o is not HelpOption).Select(Row), ("-h, --help", "This page.")]);
        if (command is DocumentedCommand { Examples: var examples, Related: var related })
        {
            Commands("Examples:", examples);
            Commands("See also:", related);
        }
    }

    private static (string, string) Row(Option option)
    {
        string value = option.HelpName is null ? "" : $" {option.HelpName}";
        return (option.Name + value, option.Description ?? "");
    }

    private void Section(string title, ImmutableArray<(string Term, string Text)> rows)
    {
        if (rows.IsEmpty)
            return;
        console.Out.WriteLine();
        console.Out.WriteLine(title);
        int column = Indent + Math.Min(rows.Max(r => r.Term.Length), WidestTerm) + 2;
        foreach ((string term, string text) in rows)
            PlainText.Write(console.Out, $"  {term}  ", text, column, PlainText.Columns(console.Width));
    }

    private void Commands(string title, ImmutableArray<string> commands)
    {
        if (commands.IsEmpty)
            return;
        console.Out.WriteLine();
        console.Out.WriteLine(title);
        foreach (string command in commands)
        {
            foreach (string line in Broken($"  unbrick {command}"))
                console.Out.WriteLine(line);
        }
    }

    /// <summary>A command of many words goes on in the next line, in a way that a shell understands.</summary>
    private static IEnumerable<string> Broken(string line)
    {
        while (line.Length > PlainText.UsualWidth)
        {
            // An option and its value stay together.
            int at = line.LastIndexOf(" -", PlainText.UsualWidth - 2, StringComparison.Ordinal);
            if (at <= FurtherIndent)
                at = line.LastIndexOf(' ', PlainText.UsualWidth - 2);
            if (at <= FurtherIndent)
                break;
            yield return $"{line[..at]} {(OperatingSystem.IsWindows() ? '^' : '\\')}";
            line = new string(' ', FurtherIndent) + line[(at + 1)..];
        }
        yield return line;
    }

    private void Line(string label, string text) => PlainText.Write(console.Out, label, text, label.Length, PlainText.Columns(console.Width));
}
