using System.Collections.Concurrent;
using System.Collections.Immutable;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Hardware.Serial;
using Unbrick.Recovery.Esp;
using Unbrick.Recovery.Problems;
using Unbrick.Sim;
using EspSims = Unbrick.Sim.Esp.EspSims;

namespace Unbrick.Cli.Commands;

/// <summary>What a command does on one board.</summary>
/// <param name="job">The board.</param>
/// <param name="first">It is the first of them.</param>
/// <param name="ct">Stops it.</param>
internal delegate EspResult EspWork(EspJob job, bool first, CancellationToken ct);

/// <summary>Runs a job on one board, or on several at the same time: each has its own port, thread, backup and journal.</summary>
internal static class EspRun
{
    public static EspResult On(IReadOnlyList<string> ports, EspOptions options, IAsk? ask, CliConsole console, IEventSink events, EspWork work, CancellationToken ct)
    {
        if (ports.Count == 0)
            return Failed("", events, ProblemCatalogue.Create(ProblemCode.EspPortFailed, [], ("port", "no port"), ("reason", "say which one: --port /dev/ttyUSB0")), ExitCode.Usage);
        if (ports.Count == 1)
            return One(ports[0], options, ask, console, events, work, true, _ => true, ct);
        using OneAtATime? inTurn = ask is null or YesToAll ? null : new OneAtATime(ask);
        IAsk? shared = inTurn ?? ask;
        ConcurrentDictionary<string, bool> taken = new();
        Task<EspResult>[] boards =
        [
            .. ports.Select((port, i) => Task.Factory.StartNew(
                () => One(port, options with { Seed = options.Seed + i }, shared, console, new PortSink(events, port), work, i == 0, mac => taken.TryAdd(mac, true), ct), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        ImmutableArray<EspResult> results = [.. boards.Select(board => board.GetAwaiter().GetResult())];
        EspResult worst = results.MaxBy(result => (result.Exit, result.Outcome == "written"))!;
        return results[0] with { Outcome = worst.Outcome, State = results.All(r => r.State == worst.State) ? worst.State : "mixed", Exit = worst.Exit, Diagnosis = [.. results.SelectMany(r => r.Diagnosis)], Devices = results };
    }

    private static EspResult One(string port, EspOptions options, IAsk? ask, CliConsole console, IEventSink events, EspWork work, bool first, Func<string, bool> claim, CancellationToken ct)
    {
        bool simulated = EspSims.IsSim(port);
        TimeProvider time = simulated ? new VirtualTime(console.Time.GetUtcNow()) : console.Time;
        try
        {
            using ISerialPort line = Ports.Open(port, time);
            return work(new EspJob(new EspWorkbench(line, events, console.StateFolder, time, ask) { IsSimulated = simulated, Claim = claim }, options), first, ct);
        }
        catch (UnbrickException e)
        {
            return Failed(port, events, e.Problem, e.ExitCode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk is the end for this board, not for those beside it.
            return Failed(port, events, ProblemCatalogue.Create(ProblemCode.Internal, e.ToString().Split('\n').Take(6), ("what", e.Message), ("log", "the terminal")), ExitCode.Failed);
        }
    }

    private static EspResult Failed(string port, IEventSink events, Problem problem, int exit)
    {
        events.Publish(new Found(problem));
        return new EspResult("failed", "as-before", [problem]) { Port = port, Exit = exit };
    }

    /// <summary>Says of each event which board it is about.</summary>
    private sealed class PortSink(IEventSink events, string port) : IEventSink
    {
        private readonly string _name = port[(port.LastIndexOf('/') + 1)..];

        public void Publish(UnbrickEvent item) => events.Publish(item switch
        {
            Note note => note with { Text = $"{_name}: {note.Text}" },
            Progress progress => progress with { Peer = _name },
            Asked asked => asked with { Question = asked.Question with { Text = $"{_name}: {asked.Question.Text}" } },
            _ => item,
        });
    }

    /// <summary>One question at a time on one keyboard.</summary>
    private sealed class OneAtATime(IAsk ask) : IAsk, IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);

        public void Dispose() => _turn.Dispose();

        public async ValueTask<string> AskAsync(Question question, CancellationToken ct)
        {
            await _turn.WaitAsync(ct);
            try
            {
                return await ask.AskAsync(question, ct);
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}
