using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick image</c>: work on files only, never on hardware.</summary>
internal static class ImageCommand
{
    public static Command Create(CliConsole console) => new DocumentedCommand("image", "Work on firmware files and dumps; touches no hardware.")
    {
        Usage = ["image COMMAND FILE [OPTIONS]"],
        Examples = ["image check ArcherC7v2_us.bin --for archer-c7-v2"],
        Related = ["serve --help"],
        Subcommands = { ImageCheckCommand.Create(console) },
    };
}
