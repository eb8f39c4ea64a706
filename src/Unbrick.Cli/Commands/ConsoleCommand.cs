using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console</c>: the serial console of a device.</summary>
internal static class ConsoleCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand command = new("console", "Drive a boot loader over its serial console.")
        {
            Usage = ["console --job FILE [OPTIONS]"],
            Examples = ["console --job job.json"],
            Related = ["serve --help"],
        };
        Option<bool> json = new("--json") { Description = "Events as JSON lines on stdout.", Recursive = true };
        command.Add(json);
        Option<string?> job = ConsoleJobCommands.AddTo(command, console);
        command.SetAction((parsed, ct) => ConsoleJobCommands.RunJobAsync(parsed.GetValue(job)!, parsed.GetValue(json), console, ct));
        return command;
    }
}
