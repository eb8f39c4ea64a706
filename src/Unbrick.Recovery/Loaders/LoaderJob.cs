using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// Carries out steps on a boot loader. When the device starts again in the middle, its boot is stopped once more and the steps since the last
/// start that was wanted are run again: each looks first, so that only what was lost is done.
/// </summary>
/// <param name="bench">The line and the rest.</param>
/// <param name="steps">What to do.</param>
public sealed class LoaderJob(LoaderBench bench, ImmutableArray<ILoaderStep> steps)
{
    private const int MostRestarts = 8;

    private readonly LoaderStepRow?[] _rows = new LoaderStepRow?[steps.Length];
    private readonly double[] _seconds = new double[steps.Length];

    /// <summary>Does it.</summary>
    public LoaderResult Run(CancellationToken ct)
    {
        LoaderSession session = new(bench);
        try
        {
            Carry(session, ct);
            return Result(session, "done", []) with { Exit = ExitCode.Done };
        }
        catch (UnbrickException e)
        {
            bench.Events.Publish(new Found(e.Problem));
            int exit = e.ExitCode == ExitCode.Refused || !session.HasChanged ? e.ExitCode : ExitCode.FailedAfterChange;
            return Result(session, exit == ExitCode.Refused ? "refused" : "failed", [e.Problem]) with { Exit = exit };
        }
        catch (LineException e)
        {
            Problem lost = e.Fault == LineFault.Endless ? Endless(session) : ProblemCatalogue.Create(ProblemCode.LoaderLost, [e.Message], ("step", session.Step));
            bench.Events.Publish(new Found(lost));
            return Result(session, "failed", [lost]) with { Exit = session.HasChanged ? ExitCode.FailedAfterChange : ExitCode.Failed };
        }
        catch (OperationCanceledException)
        {
            return Result(session, "failed", []) with { Exit = session.HasChanged ? ExitCode.FailedAfterChange : ExitCode.Interrupted };
        }
    }

    /// <summary>The rows so far, for the step that writes a report.</summary>
    internal LoaderResult SoFar(LoaderSession session) => Result(session, "done", []);

    private void Carry(LoaderSession session, CancellationToken ct)
    {
        int restarts = 0;
        for (int i = 0; i < steps.Length;)
        {
            ct.ThrowIfCancellationRequested();
            session.Step = steps[i].Do;
            long began = bench.Time.GetTimestamp();
            try
            {
                if (!session.HasShell && steps[i] is not StopStep and not IMenuStep)
                    session.Stop(null, ct);
                if (steps[i] is ReportStep report)
                    report.Of = SoFar(session);
                StepProof proof = steps[i].Run(session, ct);
                Took(i, began);
                _rows[i] = new LoaderStepRow(steps[i].Do, proof.How, Math.Round(_seconds[i], 2), proof.Detail) { Bytes = proof.Bytes, Output = [.. proof.Output] };
                if (steps[i] is not StopStep)
                    session.Say(steps[i].Do.Split('-')[0], $"{proof.Detail} ({proof.How})");
                i++;
            }
            catch (LineException e)
            {
                Took(i, began);
                Check(e.Fault, ++restarts, session);
                // A start that was wanted is done again by its own step.
                if (steps[i] is StopStep)
                    continue;
                Again(session, e.Fault, ct);
                i = First(i);
            }
        }
    }

    private static void Again(LoaderSession session, LineFault fault, CancellationToken ct)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                session.Recover(fault, ct);
                return;
            }
            catch (LineException e) when (i < MostRestarts && e.Fault is (LineFault.Restarted or LineFault.Silent))
            {
                fault = e.Fault; // once more, right after its start
            }
            catch (UnbrickException e) when (e.ExitCode is ExitCode.NotFound or ExitCode.Failed)
            {
                throw new UnbrickException(
                    ProblemCatalogue.Create(ProblemCode.LoaderLost, [e.Problem.Title], ("step", session.Step)),
                    session.HasChanged ? ExitCode.FailedAfterChange : ExitCode.Failed, e);
            }
        }
    }

    private static void Check(LineFault fault, int restarts, LoaderSession session)
    {
        if (fault == LineFault.Gone)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderPortGone, LastWords(session.Bench.Line.Text), []), ExitCode.NotFound);
        if (fault == LineFault.Endless)
            throw new UnbrickException(Endless(session), ExitCode.Failed);
        if (fault == LineFault.NoEcho)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderNoEcho, [], []), ExitCode.Failed);
        if (restarts > MostRestarts)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderRestarts, [], ("count", $"{restarts}"), ("step", session.Step)), ExitCode.Failed);
        }
    }

    private static Problem Endless(LoaderSession session) => ProblemCatalogue.Create(
        ProblemCode.LoaderEndless,
        session.Bench.Line is { Loader: LoaderPatterns loader, Text: ConsoleText text } && loader.PromptIn(text.Tail) is not null
            ? ["Ctrl-C brought its prompt back"] : ["Ctrl-C did not stop it", .. LastWords(session.Bench.Line.Text)],
        ("step", session.Step));

    /// <summary>A server of serial ports says in a line why it closes the connection.</summary>
    private static string[] LastWords(ConsoleText text) => text.Last.Length > 0 ? [$"the last line: {SafeText.Show(text.Last)}"] : [];

    /// <summary>The step after the last start that was wanted.</summary>
    private int First(int failed)
    {
        for (int i = failed; i > 0; i--)
        {
            if (steps[i - 1] is StopStep)
                return i;
        }
        return 0;
    }

    private void Took(int step, long began) => _seconds[step] += bench.Time.GetElapsedTime(began).TotalSeconds;

    private LoaderResult Result(LoaderSession session, string outcome, ImmutableArray<Problem> problems)
    {
        ImmutableArray<LoaderStepRow> rows = [.. _rows.OfType<LoaderStepRow>()];
        return new LoaderResult(outcome, rows, problems)
        {
            Loader = session.HasShell ? session.Shell.Loader.Profile.Id : null,
            Version = session.Version,
            Prompt = session.HasShell ? session.Shell.Prompt : null,
            Restarts = session.Restarts,
            Retyped = session.Retyped,
        };
    }
}
