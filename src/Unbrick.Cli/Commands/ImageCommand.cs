using System.CommandLine;
using Unbrick.Cli.Terminal;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick image</c>: work on files only; no device is touched.</summary>
internal static class ImageCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand image = new("image", "Look into firmware images and flash dumps, compare, edit and build them; touches files only.")
        {
            Usage = ["image COMMAND ..."],
            Examples = ["image layout dump.bin", "image build"],
            Related = ["devices --help"],
        };
        image.Add(ImageLayoutCommand.Create(console));
        image.Add(ImageExtractCommand.Create(console));
        image.Add(ImageDiffCommand.Create(console));
        image.Add(ImageEditCommand.Create(console));
        image.Add(ImageBuildCommand.Create(console));
        return image;
    }
}
