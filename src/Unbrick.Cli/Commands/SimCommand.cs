using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick sim</c>: simulated hardware for other programs.</summary>
internal static class SimCommand
{
    public static Command Create(CliConsole console) =>
        new DocumentedCommand("sim", "Simulated hardware that other programs can use.")
        {
            Usage = ["sim COMMAND ..."],
            Examples = ["sim spi", "sim spi --chip GD25Q128C --image dump.bin", "sim esp --chip esp8285 --board strap=low", "sim console --pty /tmp/ttyV0"],
            Related = ["help faults", "demo --help"],
            Subcommands = { SimSpiCommand.Create(console), SimEspCommand.Create(console), SimConsoleCommand.Create(console) },
        };
}
