using Unbrick.Cli.Terminal;

namespace Unbrick.Tests.Cli;

/// <summary>A console that is no terminal and keeps what was written.</summary>
internal sealed class TestConsole(int width = 80)
{
    public CliConsole Console { get; } = new(
        new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" }, OutIsTerminal: false, ErrorIsTerminal: false, width, Color: false, Unicode: true);

    public string Out => Console.Out.ToString()!;

    public string Error => Console.Error.ToString()!;

    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
