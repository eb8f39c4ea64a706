using System.Runtime.InteropServices;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Evidence;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Terminal;

/// <summary>
/// Runs a job on its own thread and shows its events: to a person or as JSON lines, and into the session folder. Ctrl-C and SIGTERM ask the
/// job to stop; it leaves the machine as it was and still says its result.
/// </summary>
/// <param name="console">Where.</param>
/// <param name="json">JSON lines on stdout in place of text.</param>
/// <param name="time">Stamps the events.</param>
internal sealed class JobRunner(CliConsole console, bool json, TimeProvider time)
{
    /// <summary>Keeps frames in the session folder, for the job that runs.</summary>
    public WireCapture? Capture { get; private set; }

    /// <summary>The session folder, for the job that runs; null without one.</summary>
    public string? SessionPath { get; private set; }

    /// <summary>Runs <paramref name="job"/> to its end and returns the exit code.</summary>
    /// <param name="subject">Names the session folder.</param>
    /// <param name="job">The job.</param>
    /// <param name="ct">Stops it, too.</param>
    public async Task<int> RunAsync(string subject, Func<IEventSink, CancellationToken, JobResult> job, CancellationToken ct)
    {
        EventStream events = new(time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bool interrupted = false;
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using SessionFolder? session = SessionFolder.Create(console.StateFolder, subject, console.Time.GetLocalNow());
        Capture = session is null ? null : new WireCapture(session.OpenCapture, time);
        SessionPath = session?.Folder;
        Task reading = ReadAsync(events, session);
        JobResult result = await Task.Factory.StartNew(() => Guard(events, session, job, stop.Token), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (interrupted && result.Exit != ExitCode.FailedAfterChange)
            result = result with { Exit = ExitCode.Interrupted };
        events.Publish(result);
        events.Complete();
        await reading;
        if (!json && session is not null)
            console.Error.WriteLine($"record: {session.Folder}");
        return result.Exit;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted = context.Signal == PosixSignal.SIGINT;
            stop.Cancel();
        }
    }

    private static JobResult Guard(EventStream events, SessionFolder? session, Func<IEventSink, CancellationToken, JobResult> job, CancellationToken ct)
    {
        try
        {
            return job(events, ct);
        }
        catch (UnbrickException e)
        {
            events.Publish(new Found(e.Problem));
            return new ServeResult(e.ExitCode == ExitCode.Refused ? "refused" : "failed", 0, [e.Problem]) { Exit = e.ExitCode };
        }
#pragma warning disable CA1031 // the last line of defence: whatever it is, the user gets a sentence and a record, and the changes are undone
        catch (Exception e)
#pragma warning restore CA1031
        {
            string log = session is null ? "the terminal" : Path.Combine(session.Folder, "events.jsonl");
            Problem problem = ProblemCatalogue.Create(ProblemCode.Internal, e.ToString().Split('\n').Take(6), ("what", e.Message), ("log", log));
            events.Publish(new Found(problem));
            return new ServeResult("failed", 0, [problem]) { Exit = ExitCode.Failed };
        }
    }

    private async Task ReadAsync(EventStream events, SessionFolder? session)
    {
        TerminalReporter reporter = new(console, time.LocalTimeZone);
        await foreach (UnbrickEvent item in events.ReadAsync(0, CancellationToken.None))
        {
            session?.Add(item);
            if (json)
                console.Out.WriteLine(EventJson.ToLine(item));
            else
                reporter.Show(item);
        }
        await console.Out.FlushAsync(CancellationToken.None);
    }
}
