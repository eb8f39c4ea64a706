using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console</c>: the serial console of a device: what it says, and its boot loader.</summary>
internal static class ConsoleCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand command = new("console", "A terminal at a serial port that finds the rate, reads along, says what a boot log means, and drives boot loaders.")
        {
            Usage = ["console [PORT] [OPTIONS]", "console PORT --find-baud", "console --diagnose [LOG|-] [--story] [--json]", "console --job FILE [OPTIONS]", "console COMMAND ..."],
            Examples = ["console /dev/ttyUSB0", "console /dev/ttyUSB0 --find-baud", "console --diagnose putty.log", "console --diagnose -", "console --job job.json"],
            Related = ["explain img-bad-crc", "serve --help"],
        };
        Option<bool> json = new("--json") { Description = "Events as JSON lines on stdout.", Recursive = true };
        command.Add(json);
        ConsoleDiagnose diagnose = ConsoleDiagnose.AddTo(command, json);
        ConsolePort port = ConsolePort.AddTo(command);
        Option<string?> job = ConsoleJobCommands.AddTo(command, console);
        command.SetAction((parsed, ct) => parsed.GetValue(job) is string file
            ? ConsoleJobCommands.RunJobAsync(file, parsed.GetValue(json), console, ct)
            : port.IsAsked(parsed) || !diagnose.IsAsked(parsed)
                ? port.RunAsync(parsed, parsed.GetValue(json), diagnose.IsAsked(parsed), console, ct)
                : Task.FromResult(diagnose.Run(parsed, console, ct)));
        return command;
    }
}
