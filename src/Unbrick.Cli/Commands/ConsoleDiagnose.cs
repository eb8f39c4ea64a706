using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.BootLogs;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console --diagnose [LOG|-]</c>: what a boot log says. The log is read as a stream: it may be of any length.</summary>
internal sealed class ConsoleDiagnose
{
    private const int Window = 64 * 1024;

    private readonly Option<string?> _log = new("--diagnose") { HelpName = "LOG|-", Description = "Read this log, or what comes in by the pipe, and say what it means.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _story = new("--story") { Description = "Also tell line by line what the log says." };
    private readonly Option<bool> _json;

    private ConsoleDiagnose(Option<bool> json) => _json = json;

    /// <summary>Adds the options.</summary>
    /// <param name="command">To it.</param>
    /// <param name="json">The command's own option for JSON.</param>
    public static ConsoleDiagnose AddTo(Command command, Option<bool> json)
    {
        ConsoleDiagnose diagnose = new(json);
        command.Add(diagnose._log);
        command.Add(diagnose._story);
        return diagnose;
    }

    /// <summary>Whether it was asked for.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetResult(_log) is not null;

    /// <summary>Reads the log that was named, or what comes in by the pipe.</summary>
    public int Run(ParseResult parsed, CliConsole console, CancellationToken ct) =>
        Run(parsed.GetValue(_log) ?? "-", parsed.GetValue(_story), parsed.GetValue(_json), console, ct);

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
