using System.Globalization;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders;

/// <summary>A loader at work: its prompt, and what is known of its state. All of it is forgotten when the device starts again.</summary>
/// <param name="bench">The line and the rest.</param>
public sealed class LoaderSession(LoaderBench bench)
{
    private const int MostTries = 4;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40), s_byHand = TimeSpan.FromSeconds(180), s_short = TimeSpan.FromSeconds(8);

    private LoaderShell? _shell;
    private int _retyped;

    /// <summary>The line and the rest.</summary>
    public LoaderBench Bench => bench;

    /// <summary>The command line; reached first where that was not done yet.</summary>
    public LoaderShell Shell => _shell ?? throw new InvalidOperationException("no prompt was reached");

    /// <summary>Whether a prompt was reached since the device started.</summary>
    public bool HasShell => _shell is not null;

    /// <summary>The line that the loader named itself with.</summary>
    public string? Version { get; private set; }

    /// <summary>Times that the device started again by itself.</summary>
    public int Restarts { get; private set; }

    /// <summary>Commands that were typed again.</summary>
    public int Retyped => _retyped + (_shell?.Retyped ?? 0);

    /// <summary>Names of variables that are set and not saved.</summary>
    public HashSet<string> Unsaved { get; } = [];

    /// <summary>Whether the variables that were set were found set after a start, so that they are saved.</summary>
    public bool FoundSaved { get; set; }

    /// <summary>Something was changed that outlives a start.</summary>
    public bool HasChanged { get; set; }

    /// <summary>The step under way, for messages.</summary>
    public string Step { get; set; } = "";

    /// <summary>Checksums of what was loaded, by address.</summary>
    public Dictionary<long, (uint Crc, long Length)> Loaded { get; } = [];

    /// <summary>Says something.</summary>
    public void Say(string topic, string text) => bench.Events.Publish(new Note(topic, text));

    /// <summary>Says how far it is.</summary>
    public void Progress(string name, long done, long total, double rate = 0) => bench.Events.Publish(new Progress("", name, done, total, rate, 0, 0, 0, null));

    /// <summary>Gets to a prompt.</summary>
    /// <param name="action">How to switch the device; null: it may stand at a prompt, or start now by itself.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Evidence.</returns>
    /// <exception cref="UnbrickException">There is none.</exception>
    public string Stop(PowerAction? action, CancellationToken ct)
    {
        Forget();
        for (int i = 1; ; i++)
        {
            StopDialogue stop = new(LoaderLibrary.All, Limit(action), menu: false, mustStart: action == PowerAction.Cycle && bench.Power is not null);
            Task<string?>? switching = action is PowerAction what ? bench.Power?.SwitchAsync(what, ct) : null;
            if (action is not null && bench.Power is null)
                Say("now", "Switch the device off and on again: I press the keys.");
            bench.Line.Run(stop, ct);
            if (stop.Outcome == StopOutcome.Prompt)
                return Arrive(stop, ct);
            if (switching is { IsCompleted: true } && switching.Result is string reason)
                throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.PowerNotSwitched, [], ("reason", reason)), ExitCode.Failed);
            if (i >= MostTries || bench.Power is null && stop.Outcome != StopOutcome.Passed)
                throw Unstopped(stop, i, Limit(action));
            Say("boot", $"no prompt ({stop.Outcome}); again, switched off and on");
            action = PowerAction.Cycle;
        }
    }

    /// <summary>The device started again, or is silent: gets back to its prompt.</summary>
    public void Recover(LineFault fault, CancellationToken ct)
    {
        Restarts++;
        Say("restart", fault == LineFault.Restarted ? $"the device started again during {Step}; stopping its boot" : $"no answer any more during {Step}");
        Stop(fault == LineFault.Restarted || bench.Power is null ? null : PowerAction.Cycle, ct);
    }

    private TimeSpan Limit(PowerAction? action) => action is null ? (bench.Power is null ? s_limit : s_short) : bench.Power is null ? s_byHand : s_limit;

    private void Forget()
    {
        _retyped += _shell?.Retyped ?? 0;
        _shell = null;
        bench.Line.Loader = null;
        bench.Line.Gate.Close();
        Unsaved.Clear();
        Loaded.Clear();
        FoundSaved = false;
    }

    private string Arrive(StopDialogue stop, CancellationToken ct)
    {
        Version = stop.Banner ?? Version;
        _shell = LoaderShell.Open(bench.Line, stop.Loader!, stop.Prompt!, ct);
        string name = stop.Banner ?? stop.Loader!.Profile.Name;
        Say("loader", string.Create(CultureInfo.InvariantCulture, $"{name}, prompt \"{stop.Prompt}\"{(_shell.HasMarkers ? ", with a shell" : "")}"));
        return $"{name}; prompt {stop.Prompt}";
    }

    private static UnbrickException Unstopped(StopDialogue stop, int tries, TimeSpan limit)
    {
        string seconds = limit.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        Problem problem = stop.Outcome switch
        {
            StopOutcome.Silent => ProblemCatalogue.Create(ProblemCode.LoaderSilent, [], ("seconds", seconds)),
            StopOutcome.Passed => ProblemCatalogue.Create(ProblemCode.LoaderBootedOn, Evidence(stop), ("tries", tries.ToString(CultureInfo.InvariantCulture))),
            _ => ProblemCatalogue.Create(ProblemCode.LoaderNoPrompt, Evidence(stop), ("seconds", seconds)),
        };
        return new UnbrickException(problem, stop.Outcome == StopOutcome.Silent ? ExitCode.NotFound : ExitCode.Failed);
    }

    private static string[] Evidence(StopDialogue stop) => stop.Banner is string banner ? [banner] : [];
}
