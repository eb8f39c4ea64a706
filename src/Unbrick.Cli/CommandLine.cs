using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Unbrick.Cli.Commands;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Text;

namespace Unbrick.Cli;

/// <summary>The tree of commands, and what a wrong command line gets.</summary>
internal static class CommandLine
{
    private const string NoCommand = "Required command was not provided.";

    public static async Task<int> RunAsync(string[] args, CliConsole console, CancellationToken ct)
    {
        RootCommand root = CreateRoot(console);
        if (args.Length == 0)
        {
            Start(console);
            return ExitCode.Done;
        }
        ParseResult parsed = root.Parse(args);
        string[] errors = parsed.Action is HelpPage or VersionText ? [] : Errors(parsed);
        if (errors.Length > 0)
            return Complain(errors, parsed.CommandResult.Command, root, args, console);
        // Jobs take Ctrl-C and SIGTERM themselves: they have something to undo first.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = console.Out, Error = console.Error }, ct);
    }

    /// <summary>All commands.</summary>
    internal static RootCommand CreateRoot(CliConsole console)
    {
        RootCommand root = new("Brings dead routers back over their own network recovery.")
        {
            ServeCommand.Create(console),
            ConsoleCommand.Create(console),
            SpiCommand.Create(console),
            EspCommand.Create(console),
            IdentifyCommand.Create(console),
            ImageCommand.Create(console),
            DevicesCommand.Create(console),
            ExplainCommand.Create(console),
            ReportCommand.Create(console),
            DemoCommand.Create(console),
            SimCommand.Create(console),
            HelpTopics.Create(console),
            VersionText.Create(console),
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpPage(console);
        root.Options.OfType<VersionOption>().Single().Action = new VersionText(console);
        return root;
    }

    /// <summary>What is wrong with a command line; nothing when it can be run.</summary>
    internal static string[] Errors(ParseResult parsed)
    {
        // What looks like an option and is none would else be taken for a device or a file.
        string[] unknown =
        [
            .. parsed.Tokens.Where(t => t.Type == TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal)).Select(t => t.Value),
        ];
        if (unknown.Length > 0)
            return [.. unknown.Select(word => $"there is no option {word}")];
        string[] errors = [.. parsed.Errors.Select(e => e.Message)];
        return errors.Length > 1 ? [.. errors.Where(e => e != NoCommand)] : errors; // that one follows from a word that is none
    }

    private static void Start(CliConsole console) => console.Out.WriteLine("""
        unbrick brings dead routers back over their own network recovery.

          unbrick devices archer c7          is my device known, what does it take?
          unbrick serve archer-c7-v2 FILE    hand it the image; it says what to hold
          unbrick serve FILE                 device not known: see what it asks for
          unbrick demo archer-c7-stall       see it first, without a device
          unbrick explain line-loss          what a message means
          unbrick help safety                what is never done to your device

        unbrick COMMAND --help has the details.
        """);

    private static int Complain(string[] errors, Command at, RootCommand root, string[] args, CliConsole console)
    {
        foreach (string error in errors)
            console.Error.WriteLine($"error: {SafeText.Show(error, 300)}");
        IEnumerable<string> known = at.Options.Select(o => o.Name);
        if (at == root)
            known = known.Concat(root.Subcommands.Select(c => c.Name));
        string path = at == root ? "unbrick" : $"unbrick {string.Join(' ', Path(at, root))}";
        foreach (string word in args)
        {
            string name = word.Split('=')[0];
            string? near = known.Where(k => k.StartsWith('-') == name.StartsWith('-')).MinBy(k => EditDistance.Between(k, name));
            if (near is not null && EditDistance.Between(near, name) is > 0 and <= 2)
                console.Error.WriteLine($"did you mean: {path} {near}");
        }
        console.Error.WriteLine($"see: {path} --help");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> Path(Command at, RootCommand root) =>
        at == root ? [] : at.Parents.OfType<Command>().SelectMany(parent => Path(parent, root)).Append(at.Name);
}
