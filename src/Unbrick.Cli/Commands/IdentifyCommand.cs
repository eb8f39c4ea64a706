using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Files;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick identify FILE…</c>: what is this file, is it whole, what is it for?</summary>
internal static class IdentifyCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand identify = new("identify", "Say what a firmware file or flash dump is, what lies where in it, and whether it is whole.")
        {
            Usage = ["identify FILE... [--json]"],
            Examples = ["identify Archer_C7_V2.zip", "identify openwrt-sysupgrade.bin --json", "identify dump.bin backup.bin"],
            Related = ["serve --help", "help exit-codes"],
        };
        Argument<string[]> files = new("FILE") { Description = "Firmware images, flash dumps; .gz, .zip and .tar are looked into.", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = new("--json") { Description = "One JSON line for each file on stdout." };
        identify.Add(files);
        identify.Add(json);
        identify.SetAction((parsed, ct) => Task.FromResult(Run(parsed.GetValue(files) ?? [], parsed.GetValue(json), console, ct)));
        return identify;
    }

    /// <summary>Ends with the gravest of all files: not readable before damaged or unknown before well.</summary>
    public static int Run(IReadOnlyList<string> files, bool json, CliConsole console, CancellationToken ct)
    {
        int worst = ExitCode.Done;
        for (int i = 0; i < files.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            if (i > 0 && !json)
                console.Out.WriteLine();
            int exit = One(files[i], json, console);
            if (worst == ExitCode.Done || exit == ExitCode.NotFound)
                worst = exit;
        }
        return worst;
    }

    private static int One(string path, bool json, CliConsole console)
    {
        try
        {
            Identification file = Identification.Of(path, ImageFile.Read(path));
            int exit = file.Main is null || file.Main.Verdict == Verdict.Bad ? ExitCode.BadImage : ExitCode.Done;
            if (json)
                CommandJson.WriteLine(console.Out, IdentifyResult.Of(path, file) with { Exit = exit });
            else
                new IdentifySheet(console).Write(path, file);
            return exit;
        }
        catch (UnbrickException e)
        {
            if (json)
                CommandJson.WriteLine(console.Out, new IdentifyResult(path, null, null, null, [], null, null, []) { Exit = e.ExitCode, Diagnosis = [e.Problem] });
            else
                ProblemText.Write(console, e.Problem);
            return e.ExitCode;
        }
    }
}
