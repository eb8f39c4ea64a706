using System.CommandLine;
using System.CommandLine.Parsing;
using Unbrick.Cli.Commands;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Text;

namespace Unbrick.Cli;

/// <summary>The tree of commands, and what a wrong command line gets.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, CliConsole console, CancellationToken ct)
    {
        RootCommand root = new("Brings dead routers and IoT boards back.")
        {
            ServeCommand.Create(console),
            DevicesCommand.Create(console),
            ExplainCommand.Create(console),
            DemoCommand.Create(console),
            HelpTopics.Create(console),
        };
        if (args.Length == 0)
        {
            Start(console);
            return ExitCode.Done;
        }
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Complain(parsed, root, args, console);
        // Jobs take Ctrl-C and SIGTERM themselves: they have something to undo first.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = console.Out, Error = console.Error }, ct);
    }

    private static void Start(CliConsole console) => console.Out.WriteLine("""
        unbrick brings dead routers back over their own network recovery.

          unbrick devices archer c7             is my device known, and what does it take?
          unbrick serve archer-c7-v2 FILE       hand it the image; I say what to hold and when
          unbrick serve FILE                    the device is not known: work from what it asks for
          unbrick demo archer-c7-stall          see it first, without a device
          unbrick explain line-loss             what a message means
          unbrick help safety                   what is never done to your device

        unbrick COMMAND --help has the details.
        """);

    private static int Complain(ParseResult parsed, RootCommand root, string[] args, CliConsole console)
    {
        foreach (ParseError error in parsed.Errors)
            console.Error.WriteLine($"error: {SafeText.Show(error.Message, 300)}");
        Command at = parsed.CommandResult.Command;
        if (at == root && args[0].Length > 0 && args[0][0] != '-')
        {
            string? near = root.Subcommands.Select(c => c.Name).Where(n => EditDistance.Between(n, args[0]) <= 2).MinBy(n => EditDistance.Between(n, args[0]));
            if (near is not null)
                console.Error.WriteLine($"did you mean: unbrick {near}");
        }
        console.Error.WriteLine($"see: unbrick {(at == root ? "" : at.Name + " ")}--help");
        return ExitCode.Usage;
    }
}
