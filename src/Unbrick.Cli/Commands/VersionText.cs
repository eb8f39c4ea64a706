using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using Unbrick.Cli.Terminal;
using Unbrick.Core;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick version</c> and <c>--version</c>: the line that belongs into a bug report.</summary>
internal sealed class VersionText(CliConsole console) : SynchronousCommandLineAction
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand version = new("version", "Show the version of this program and of what it runs on.")
        {
            Usage = ["version"],
            Examples = ["version"],
        };
        version.Action = new VersionText(console);
        return version;
    }

    /// <summary>The version alone.</summary>
    public static string Number =>
        (typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?").Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        console.Out.WriteLine($"unbrick {Number} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
        return ExitCode.Done;
    }
}
