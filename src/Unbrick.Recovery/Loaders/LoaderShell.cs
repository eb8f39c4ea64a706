using System.Text.RegularExpressions;

namespace Unbrick.Recovery.Loaders;

/// <summary>The command line of a boot loader, reached and proven.</summary>
public sealed partial class LoaderShell
{
    private const int MostAsks = 6, UsualLine = 250;
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(4);

    private readonly LoaderLine _line;
    private readonly CancellationToken _ct;
    private int _number;

    private LoaderShell(LoaderLine line, LoaderPatterns loader, string prompt, CancellationToken ct) =>
        (_line, Loader, Prompt, _ct) = (line, loader, prompt, ct);

    /// <summary>Which loader.</summary>
    public LoaderPatterns Loader { get; }

    /// <summary>Its prompt.</summary>
    public string Prompt { get; }

    /// <summary>Its shell knows quotes and <c>$?</c>, so that each command tells how it ended.</summary>
    public bool HasMarkers { get; private set; }

    /// <summary>Lines that had to be typed again because they came back otherwise.</summary>
    public int Retyped { get; private set; }

    /// <summary>Takes over a line that stands at a prompt.</summary>
    public static LoaderShell Open(LoaderLine line, LoaderPatterns loader, string prompt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(line);
        line.Loader = loader;
        line.Gate.Open();
        LoaderShell shell = new(line, loader, prompt, ct);
        shell.FindMarkers();
        return shell;
    }

    /// <summary>Runs one command.</summary>
    /// <param name="command">It.</param>
    /// <param name="patience">How long it may print nothing; null for the usual.</param>
    /// <exception cref="LineException">The device started again, is silent, or does not echo.</exception>
    public CommandOutput Run(string command, TimeSpan? patience = null)
    {
        CommandDialogue dialogue = Talk(command, patience, null);
        return new CommandOutput([.. dialogue.Lines], dialogue.Code, dialogue.WasPoked);
    }

    /// <summary>Runs a command until it waits for a file, and leaves it so.</summary>
    /// <returns>What it printed where it does not wait; null when it does.</returns>
    public CommandOutput? RunUntil(string command, Regex until, TimeSpan patience)
    {
        CommandDialogue dialogue = Talk(command, patience, until);
        return dialogue.IsWaiting ? null : new CommandOutput([.. dialogue.Lines], dialogue.Code, dialogue.WasPoked);
    }

    /// <summary>Asks something that changes nothing, again and again until the answer is whole.</summary>
    /// <param name="command">A command that may be repeated.</param>
    /// <param name="isWhole">Whether an answer is.</param>
    /// <param name="patience">How long it may print nothing; null for the usual.</param>
    public CommandOutput Query(string command, Func<CommandOutput, bool> isWhole, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(isWhole);
        CommandOutput output = Run(command, patience);
        for (int i = 1; i < MostAsks && !isWhole(output) && !output.IsUnknown; i++)
            output = Run(command, patience);
        return output;
    }

    /// <summary>Waits until the prompt stands again, after something else had the line.</summary>
    public void Regain()
    {
        _ = Run(HasMarkers ? "true" : "echo");
    }

    private CommandDialogue Talk(string command, TimeSpan? patience, Regex? until)
    {
        int longest = Loader.Profile.LongestLine ?? UsualLine;
        bool marked = HasMarkers && command.Length + 20 <= longest;
        CommandSetup setup = new(
            Prompt, marked, _number = (_number % 8) + 1, Loader.Profile.StepByStep, MayName: command == "version", _line.Pace);
        CommandDialogue dialogue = new(setup, command, patience ?? s_usual, until);
        _line.Run(dialogue, _ct);
        Retyped += dialogue.Retyped;
        if (dialogue.Fault is LineFault fault)
            throw new LineException(fault);
        return dialogue;
    }

    /// <summary>A shell takes the quotes away, a simple command line prints them.</summary>
    private void FindMarkers()
    {
        for (int i = 0; i < MostAsks; i++)
        {
            CommandOutput output = Run("echo @\"\"m $?");
            if (output.Has(Marker()))
            {
                HasMarkers = true;
                return;
            }
            if (output.Lines.Any(l => l.Contains("@\"\"m", StringComparison.Ordinal)) || output.IsUnknown)
                return;
        }
    }

    [GeneratedRegex(@"^@m \d+$")]
    private static partial Regex Marker();
}

/// <summary>What a command printed.</summary>
/// <param name="Lines">Without its echo, its marker and the prompt.</param>
/// <param name="Code">What it ended with; null when that is not known.</param>
/// <param name="WasPoked">A Ctrl-C had to bring the prompt: it may have printed more.</param>
public sealed partial record CommandOutput(IReadOnlyList<string> Lines, int? Code, bool WasPoked)
{
    /// <summary>The loader has no such command.</summary>
    public bool IsUnknown => Has(Unknown());

    /// <summary>Whether a line matches.</summary>
    public bool Has(Regex pattern) => Lines.Any(pattern.IsMatch);

    /// <summary>The first match in a line; null when there is none.</summary>
    public Match? Find(Regex pattern)
    {
        foreach (string line in Lines)
        {
            if (pattern.Match(line) is { Success: true } match)
                return match;
        }
        return null;
    }

    /// <summary>U-Boot, hush and Realtek; CFE; RedBoot; Breed.</summary>
    [GeneratedRegex(@"^Unknown command|^Invalid command: |^\*\* Error: Illegal command|command (?:'[^']*' )?not found$")]
    private static partial Regex Unknown();
}
