using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console</c>: a serial console, and what it says.</summary>
internal static class ConsoleCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand command = new("console", "Say what a boot log means: what failed, where it says so, what to do next.")
        {
            Usage = ["console --diagnose [LOG|-] [--story] [--json]"],
            Examples = ["console --diagnose putty.log", "console --diagnose -", "console --diagnose boot.txt --story"],
            Related = ["explain img-bad-crc", "serve --help"],
        };
        ConsoleDiagnose.AddTo(command, console);
        return command;
    }
}
