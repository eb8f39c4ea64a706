using System.Text;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// Types one command and collects what it prints. Enter is pressed only after the whole command came back as it was typed; a line that came back
/// otherwise is erased and typed again. The end is a marker where the loader's shell knows quotes, and always a prompt at the start of a line.
/// </summary>
/// <param name="setup">Loader, prompt, and whether markers can be had.</param>
/// <param name="command">One line, ASCII.</param>
/// <param name="patience">How long it may print nothing while it works.</param>
/// <param name="until">A pattern that ends it before a prompt: a loader that waits for a file. Null for none.</param>
public sealed partial class CommandDialogue(CommandSetup setup, string command, TimeSpan patience, Regex? until = null) : IDialogue
{
    private const int MostTries = 12, MostPokes = 3, MostOutput = 1 << 20;
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(60), s_poke = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan s_broken = TimeSpan.FromMilliseconds(350), s_unmarked = TimeSpan.FromMilliseconds(250);

    /// <summary>Erasing all of a large chip with a dot for each sector is over by then; a device that prints for ever is not.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(30);

    private enum Phase { Type, Echo, Erase, Output, Poke, Over }

    private readonly string _text = setup.Markers && until is null ? $"{command}; echo @\"\"{setup.Number} $?" : command;
    private readonly string _mark = $"@{setup.Number} ";
    private readonly List<string> _lines = [];
    private Phase _phase = Phase.Type;
    private TimeSpan _since, _lastHeard, _begun;
    private long _count = -1;
    private long? _first;
    private int _typed, _tries, _pokes;
    private string _tail = "";
    private bool _ended, _entered, _isEndless;

    /// <summary>What it printed, without the marker.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>What it ended with; null when that is not known.</summary>
    public int? Code { get; private set; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public LineFault? Fault { get; private set; }

    /// <summary>Lines that had to be typed again.</summary>
    public int Retyped => Math.Max(0, _tries - 1);

    /// <summary>Whether it ended with <c>until</c>.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Ctrl-C had to be pressed to get a prompt: what it printed may not be all.</summary>
    public bool WasPoked { get; private set; }

    /// <inheritdoc/>
    public bool IsOver => _phase == Phase.Over;

    /// <inheritdoc/>
    public bool ExpectsStart => setup.MayName;

    private string Wanted => setup.Prompt + _text;

    /// <inheritdoc/>
    public void Look(ConsoleText text, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Count != _count)
            _lastHeard = now;
        (_count, _tail) = (text.Count, text.Tail);
        switch (_phase)
        {
            case Phase.Echo when _tail == Wanted:
                setup.Pace.Heard(now - _since);
                _phase = Phase.Output;
                _since = now;
                text.DropLines();
                _typed = -1; // Enter is next
                break;
            case Phase.Erase when _tail == setup.Prompt && _pokes == 0:
                Erased(text);
                break;
            case Phase.Erase when _tail == setup.Prompt && now - _lastHeard >= setup.Pace.Quiet * 2:
                Erased(text); // more than one Ctrl-C: each brings a prompt
                break;
            case Phase.Output or Phase.Poke when _typed != -1:
                Collect(text);
                break;
        }
    }

    /// <inheritdoc/>
    public Keys Next(TimeSpan now, out TimeSpan wakeAt)
    {
        wakeAt = now + s_quiet;
        if (_first is not null && !_isEndless && (_count - _first > MostOutput || now - _begun > s_longest))
        {
            (_isEndless, _ended) = (true, true);
            return Poke(now);
        }
        switch (_phase)
        {
            case Phase.Type:
                return Type(now, out wakeAt);
            case Phase.Echo:
                return Echo(now, ref wakeAt);
            case Phase.Erase when now - _since > Poked && _tail != setup.Prompt:
                TellLate();
                return Erase(now);
            case Phase.Output when _typed == -1:
                (_typed, _since, _lastHeard, _entered) = (0, now, now, true);
                return new Keys(KeyUse.Typed, Keys.Enter);
            case Phase.Output:
                return Output(now);
            case Phase.Poke when _tail == setup.Prompt && now - _lastHeard >= setup.Pace.Quiet:
                End();
                return Keys.None;
            case Phase.Poke when now - _since > Poked:
                TellLate();
                return Poke(now);
            default:
                return Keys.None;
        }
    }

    private Keys Type(TimeSpan now, out TimeSpan wakeAt)
    {
        wakeAt = now + setup.Pace.Quiet;
        if (_first is null)
            (_first, _begun) = (_count, now);
        _entered = false;
        if (_tries++ >= MostTries)
            return Fail(_count == _first ? LineFault.Silent : LineFault.NoEcho);
        (_phase, _since, _lastHeard) = (Phase.Echo, now, now);
        _typed = setup.StepByStep ? 1 : _text.Length;
        return new Keys(KeyUse.Typed, Encoding.ASCII.GetBytes(_text[.._typed]));
    }

    private Keys Echo(TimeSpan now, ref TimeSpan wakeAt)
    {
        if (_typed < _text.Length && _tail == setup.Prompt + _text[.._typed])
        {
            _since = now;
            return new Keys(KeyUse.Typed, Encoding.ASCII.GetBytes(_text[_typed++..][..1]));
        }
        TimeSpan silence = now - _lastHeard;
        bool wrong = !Wanted.StartsWith(_tail, StringComparison.Ordinal) && silence >= setup.Pace.Quiet;
        if (!wrong && silence > setup.Pace.Echo)
        {
            setup.Pace.Late();
            wrong = true;
        }
        return wrong ? Erase(now) : Keys.None;
    }

    /// <summary>Erases what was typed: Ctrl-C, which brings a new prompt, so that it is seen that it was done.</summary>
    private Keys Erase(TimeSpan now)
    {
        if (_phase == Phase.Erase && ++_pokes > MostPokes)
            return Fail(LineFault.Silent);
        if (_phase != Phase.Erase)
            _pokes = 0;
        (_phase, _since) = (Phase.Erase, now);
        return new Keys(KeyUse.Typed, Keys.CtrlC);
    }

    private Keys Output(TimeSpan now)
    {
        TimeSpan silence = now - _lastHeard;
        if (until is not null && (_lines.Any(until.IsMatch) || until.IsMatch(_tail)))
        {
            IsWaiting = true;
            _phase = Phase.Over;
        }
        else if (_tail == setup.Prompt && (_ended || silence >= (setup.Markers ? s_unmarked : s_quiet)))
        {
            End();
        }
        else if (_tail == Wanted && silence > Longer(s_poke, setup.Pace.Echo))
        {
            return Erase(now); // Enter did not arrive
        }
        else if (silence > patience || (silence > Longer(s_broken, setup.Pace.Echo) && IsBroken()))
        {
            return Poke(now);
        }
        return Keys.None;
    }

    /// <summary>A prompt stands on an empty line again: the command is typed again, unless its Enter had arrived late, and so it ran.</summary>
    private void Erased(ConsoleText text)
    {
        while (text.NextLine() is string line)
        {
            if (WasPoked)
                Take(line);
            WasPoked |= _entered && until is null && line == Wanted;
        }
        (_phase, _typed) = (WasPoked ? Phase.Poke : Phase.Type, 0);
    }

    /// <summary>Nothing at all came; what came damaged came in time.</summary>
    private void TellLate()
    {
        if (_lastHeard < _since)
            setup.Pace.Late();
    }

    private TimeSpan Poked => Longer(s_poke, setup.Pace.Echo);

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    /// <summary>What is left of a prompt when a byte of it was lost.</summary>
    private bool IsBroken() => _tail.Length >= setup.Prompt.Length - 1 && _tail.Length < setup.Prompt.Length && IsLess(_tail, setup.Prompt)
        || _ended;

    private static bool IsLess(string less, string all)
    {
        int at = 0;
        foreach (char c in all)
            at += at < less.Length && less[at] == c ? 1 : 0;
        return at == less.Length;
    }

    private Keys Poke(TimeSpan now)
    {
        if (_phase == Phase.Poke && ++_pokes > MostPokes)
            return Fail(LineFault.Silent);
        if (_phase != Phase.Poke)
            _pokes = 0;
        WasPoked = true;
        (_phase, _since) = (Phase.Poke, now);
        return new Keys(KeyUse.Typed, Keys.CtrlC);
    }

    private void Collect(ConsoleText text)
    {
        while (text.NextLine() is string line)
            Take(line);
    }

    private void Take(string line)
    {
        if (line == Wanted)
            return;
        if (line.StartsWith(_mark, StringComparison.Ordinal) && int.TryParse(line.AsSpan(_mark.Length).Trim(), out int code))
            (Code, _ended) = (code, true);
        else if (!_isEndless && !line.StartsWith(setup.Prompt, StringComparison.Ordinal) && !Interrupt().IsMatch(line))
            _lines.Add(line);
    }

    private void End()
    {
        Fault = _isEndless ? LineFault.Endless : null;
        _phase = Phase.Over;
    }

    private Keys Fail(LineFault fault)
    {
        Fault = _isEndless ? LineFault.Endless : fault;
        _phase = Phase.Over;
        return Keys.None;
    }

    [GeneratedRegex(@"^<INTERRUPT>$")]
    private static partial Regex Interrupt();
}

/// <summary>What is known of the shell at the other end.</summary>
/// <param name="Prompt">As it stands at the start of a line.</param>
/// <param name="Markers">It knows quotes, <c>;</c> and <c>$?</c>.</param>
/// <param name="Number">Of the command, so that a marker is not taken for another's.</param>
/// <param name="StepByStep">Each character is typed only when the one before it has come back.</param>
/// <param name="MayName">The command prints what else only a start prints (<c>version</c>).</param>
/// <param name="Pace">How long an answer may take.</param>
public sealed record CommandSetup(string Prompt, bool Markers, int Number, bool StepByStep, bool MayName, LinePace Pace);
