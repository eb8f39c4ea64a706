using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.BootLogs;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console --diagnose [LOG|-]</c>: what a boot log says. The log is read as a stream: it may be of any length.</summary>
internal static class ConsoleDiagnose
{
    private const int Window = 64 * 1024;

    /// <summary>Adds the option, and what to do when it is given and no port is.</summary>
    public static void AddTo(Command command, CliConsole console)
    {
        Option<string?> log = new("--diagnose") { HelpName = "LOG|-", Description = "Read this log, or what comes in by the pipe, and say what it means.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> story = new("--story") { Description = "Also tell line by line what the log says." };
        Option<bool> json = new("--json") { Description = "One JSON line on stdout." };
        command.Add(log);
        command.Add(story);
        command.Add(json);
        command.SetAction((parsed, ct) => Task.FromResult(
            Run(parsed.GetValue(log) ?? "-", parsed.GetValue(story), parsed.GetValue(json), console, ct)));
    }

    public static int Run(string path, bool story, bool json, CliConsole console, CancellationToken ct)
    {
        try
        {
            BootReader reader = new();
            Read(path, console, reader, ct);
            Write(path, reader, story, json, console);
            return ExitCode.Done;
        }
        catch (UnbrickException e)
        {
            if (json)
                CommandJson.WriteLine(console.Out, new ImageFailure(path) { Exit = e.ExitCode, Diagnosis = [e.Problem] });
            else
                ProblemText.Write(console, e.Problem);
            return e.ExitCode;
        }
    }

    /// <summary>The answer of a reader, wherever it heard what it knows.</summary>
    public static void Write(string from, BootReader reader, bool story, bool json, CliConsole console)
    {
        BootVerdict verdict = reader.Judge(TimeSpan.Zero);
        Problem problem = BootAdvice.Of(verdict);
        if (json)
            CommandJson.WriteLine(console.Out, DiagnoseResult.Of(from, verdict, problem, story ? reader.Story() : []));
        else
            new DiagnoseSheet(console).Write(from, verdict, problem, story ? reader.Story() : []);
    }

    private static void Read(string path, CliConsole console, BootReader reader, CancellationToken ct)
    {
        try
        {
            using Stream log = path == "-" ? console.Input() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] window = new byte[Window];
            int read;
            while ((read = log.Read(window)) > 0)
            {
                ct.ThrowIfCancellationRequested();
                reader.Take(window.AsSpan(0, read), TimeSpan.Zero);
            }
            reader.Finish();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LogMissing, [$"{Path.GetFullPath(path)}: no such file"], ("path", path)), ExitCode.NotFound, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LogUnreadable, [e.Message], ("path", path), ("reason", e.Message)), ExitCode.NotFound, e);
        }
    }
}
