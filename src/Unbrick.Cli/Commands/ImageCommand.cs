using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick image</c>: work on files only; no device is touched.</summary>
internal static class ImageCommand
{
    public static Command Create(CliConsole console) =>
        new DocumentedCommand("image", "Look into firmware images and flash dumps, check, compare, edit and build them; touches files only.")
        {
            Usage = ["image COMMAND ..."],
            Examples = ["image check ArcherC7v2_us.bin --for archer-c7-v2", "image layout dump.bin", "image build"],
            Related = ["identify --help", "serve --help"],
            Subcommands =
            {
                ImageCheckCommand.Create(console),
                ImageLayoutCommand.Create(console),
                ImageExtractCommand.Create(console),
                ImageDiffCommand.Create(console),
                ImageEditCommand.Create(console),
                ImageBuildCommand.Create(console),
            },
        };
}
