using System.CommandLine;
using System.Text.Json.Serialization;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;
using Unbrick.Recovery.Reports;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick report [SESSION]</c>: a folder that can be posted.</summary>
internal static class ReportCommand
{
    public static Command Create(CliConsole console)
    {
        Argument<string?> session = new("SESSION") { Description = "A record, or its folder; without it: the last one.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> output = new("--output", "-o") { Description = "Where to make it.", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        DocumentedCommand report = new("report", "Make a folder to post from the record of a session, with secrets and MAC addresses masked.")
        {
            Usage = ["report [SESSION] [-o FOLDER]"],
            Examples = ["report", "report 2026-11-21T204500-console -o for-the-forum"],
            Related = ["console --help"],
        };
        report.Add(session);
        report.Add(output);
        report.Add(json);
        report.SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(session), parsed.GetValue(output), parsed.GetValue(json), console)));
        return report;
    }

    public static int Run(string? session, string? output, bool json, CliConsole console)
    {
        string records = Path.Combine(console.StateFolder, "sessions");
        string? folder = Find(session, records);
        if (folder is null)
        {
            ProblemText.Write(console, ProblemCatalogue.Create(ProblemCode.SessionUnknown, [], ("session", session ?? "at all"), ("folder", records)));
            return ExitCode.NotFound;
        }
        string target = output ?? $"report-{Path.GetFileName(folder)}";
        try
        {
            ReportMade made = SessionReport.Make(folder, target, $"unbrick {VersionText.Number}");
            if (json)
            {
                console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(
                    new ReportResult("result", made.Folder, [.. made.Files], [.. made.LeftOut], made.Macs, made.Secrets, made.Serials), ReportJsonContext.Default.ReportResult));
                return ExitCode.Done;
            }
            console.Out.WriteLine($"{made.Folder}: {string.Join(", ", made.Files)}");
            console.Error.WriteLine($"masked: {made.Macs} MAC addresses, {made.Secrets} passwords and keys, {made.Serials} serial numbers. Look through it before you post it.");
            if (!made.LeftOut.IsEmpty)
                console.Error.WriteLine($"left out: {string.Join(", ", made.LeftOut)}");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem problem = File.Exists(target) || Directory.Exists(target)
                ? ProblemCatalogue.Create(ProblemCode.OutputExists, [target], ("path", target))
                : ProblemCatalogue.Create(ProblemCode.OutputFailed, [e.Message], ("path", target), ("reason", e.Message));
            ProblemText.Write(console, problem);
            return ExitCode.Failed;
        }
    }

    private static string? Find(string? session, string records)
    {
        if (session is not null && Directory.Exists(session))
            return session;
        if (!Directory.Exists(records))
            return null;
        IEnumerable<string> all = Directory.EnumerateDirectories(records).Order(StringComparer.Ordinal);
        return session is null ? all.LastOrDefault() : all.LastOrDefault(path => Path.GetFileName(path).Contains(session, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>What was made.</summary>
internal sealed record ReportResult([property: JsonPropertyOrder(-1)] string Type, string Folder, string[] Files, string[] LeftOut, int Macs, int Secrets, int Serials);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReportResult))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
