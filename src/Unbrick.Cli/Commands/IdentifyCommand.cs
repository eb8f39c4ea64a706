using System.Collections.Immutable;
using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick identify FILE…</c>: what is this file, is it whole, what is it for?</summary>
internal static class IdentifyCommand
{
    public static Command Create(CliConsole console)
    {
        DocumentedCommand identify = new("identify", "Say what a firmware file or flash dump is, what lies where in it, and whether it is whole.")
        {
            Usage = ["identify FILE... [--deep] [--json]"],
            Examples = ["identify Archer_C7_V2.zip", "identify openwrt-sysupgrade.bin --json", "identify dump.bin backup.bin"],
            Related = ["serve --help", "help exit-codes"],
        };
        Argument<string[]> files = new("FILE") { Description = "Firmware images, flash dumps; .gz, .zip and .tar are looked into.", Arity = ArgumentArity.OneOrMore };
        Option<bool> deep = new("--deep") { Description = "Unpack every file of the file systems, too: seconds in place of a moment." };
        Option<bool> json = new("--json") { Description = "One JSON line for each file on stdout." };
        identify.Add(files);
        identify.Add(deep);
        identify.Add(json);
        identify.SetAction((parsed, ct) =>
            Task.FromResult(Run(parsed.GetValue(files) ?? [], parsed.GetValue(deep), parsed.GetValue(json), console, ct)));
        return identify;
    }

    /// <summary>Ends with the gravest of all files: not readable before damaged or unknown before well.</summary>
    public static int Run(IReadOnlyList<string> files, bool deep, bool json, CliConsole console, CancellationToken ct)
    {
        int worst = ExitCode.Done;
        DeviceMatcher matcher = new(new DeviceLibrary(DevicesOptions.DefaultUserFolder()));
        for (int i = 0; i < files.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            if (i > 0 && !json)
                console.Out.WriteLine();
            int exit = One(files[i], deep, json, matcher, console);
            if (worst == ExitCode.Done || exit == ExitCode.NotFound)
                worst = exit;
        }
        return worst;
    }

    private static int One(string path, bool deep, bool json, DeviceMatcher matcher, CliConsole console)
    {
        try
        {
            Identification file = Identification.Of(path, ImageFile.Read(path), deep);
            Identification content = file;
            while (content.Inner is Identification inner)
                content = inner;
            // Unpacking left windows of many megabytes behind, and the collector sees no hurry on a machine with much memory; a user's may have little.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            ImmutableArray<DeviceGuess> devices = matcher.Match(content.Bytes, content.Findings);
            int exit = file.Main is null || file.Main.Verdict == Verdict.Bad ? ExitCode.BadImage : ExitCode.Done;
            if (json)
                IdentifyJson.Write(console.Out, path, file, devices, exit);
            else
                new IdentifySheet(console).Write(path, file, devices);
            return exit;
        }
        catch (UnbrickException e)
        {
            if (json)
                IdentifyJson.Write(console.Out, path, e.Problem, e.ExitCode);
            else
                ProblemText.Write(console, e.Problem);
            return e.ExitCode;
        }
    }
}
