using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console</c>: the serial console of a device: what it says, and its boot loader.</summary>
internal static class ConsoleCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand command = new("console", "Say what a boot log means, or drive a boot loader over its serial console.")
        {
            Usage = ["console --diagnose [LOG|-] [--story] [--json]", "console --job FILE [OPTIONS]", "console COMMAND ..."],
            Examples = ["console --diagnose putty.log", "console --diagnose -", "console --job job.json"],
            Related = ["explain img-bad-crc", "serve --help"],
        };
        Option<bool> json = new("--json") { Description = "Events as JSON lines on stdout.", Recursive = true };
        command.Add(json);
        ConsoleDiagnose diagnose = ConsoleDiagnose.AddTo(command, json);
        Option<string?> job = ConsoleJobCommands.AddTo(command, console);
        command.SetAction((parsed, ct) => parsed.GetValue(job) is string file
            ? ConsoleJobCommands.RunJobAsync(file, parsed.GetValue(json), console, ct)
            : Task.FromResult(diagnose.Run(parsed, console, ct)));
        return command;
    }
}
