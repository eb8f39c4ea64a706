using System.Text;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// Fills the fields of a menu. Each holds its old value already, and what is typed is added to it: so it is erased first, typed character by
/// character as each comes back, and Enter is pressed only when what stands there is the value and nothing else.
/// </summary>
/// <param name="menu">The menu.</param>
/// <param name="values">Values by name.</param>
public sealed class FieldsDialogue(LoaderMenu menu, IReadOnlyDictionary<string, string> values) : IDialogue
{
    private const string Mark = "==:";
    private const int MostTries = 6;
    private static readonly TimeSpan s_echo = TimeSpan.FromMilliseconds(500), s_next = TimeSpan.FromSeconds(5), s_look = TimeSpan.FromMilliseconds(50), s_longest = TimeSpan.FromMinutes(2);

    private enum Phase { Await, Erase, Type, Enter }

    private readonly HashSet<string> _filled = [];
    private Phase _phase;
    private LoaderField? _field;
    private string _tail = "", _entered = "";
    private TimeSpan _since, _changed, _start;
    private int _tries, _erased, _sent;
    private bool _begun;

    /// <summary>All fields have their values.</summary>
    public bool IsFilled => menu.Fields.All(f => _filled.Contains(f.Name));

    /// <summary>The old values, by name.</summary>
    public Dictionary<string, string> Old { get; } = [];

    /// <summary>Times that a field had to be erased and typed again.</summary>
    public int Retyped { get; private set; }

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public bool ExpectsStart => false;

    private string Value => values[_field!.Name];

    /// <summary>What stands in the field; empty where the line is another one by now.</summary>
    private string Typed => _tail.LastIndexOf(Mark, StringComparison.Ordinal) is >= 0 and int at ? _tail[(at + Mark.Length)..] : "";

    /// <summary>The question went away before it was answered: the loader prints something else.</summary>
    private bool IsAway => _phase is Phase.Erase or Phase.Type && !(_tail.Contains(_field!.Asks, StringComparison.Ordinal) && _tail.Contains(Mark, StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Look(ConsoleText text, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!_begun)
            _since = _start = now;
        _begun = true;
        if (_tail != text.Tail && _phase is Phase.Await or Phase.Type)
            _since = now;
        if (_tail != text.Tail)
            _changed = now;
        _tail = text.Tail;
    }

    /// <inheritdoc/>
    public Keys Next(TimeSpan now, out TimeSpan wakeAt)
    {
        wakeAt = now + s_look;
        IsOver |= IsFilled || now - _start > s_longest || (IsAway && now - _changed >= s_echo);
        if (IsOver || IsAway)
            return Keys.None;
        return _phase switch
        {
            Phase.Await => Await(now),
            Phase.Erase => Erase(now),
            Phase.Type => Type(now),
            _ => Left(now),
        };
    }

    private Keys Await(TimeSpan now)
    {
        _field = menu.Fields.FirstOrDefault(f => !_filled.Contains(f.Name) && _tail.Contains(f.Asks, StringComparison.Ordinal) && _tail.Contains(Mark, StringComparison.Ordinal));
        if (_field is null)
        {
            IsOver = now - _since > s_next;
            return Keys.None;
        }
        // The old value follows the mark; it may still be on its way.
        if (now - _since < s_look)
            return Keys.None;
        Old.TryAdd(_field.Name, Typed);
        (_phase, _since, _erased) = (Phase.Erase, now, 0);
        return new Keys(KeyUse.Typed, Keys.CtrlU);
    }

    private Keys Erase(TimeSpan now)
    {
        // A character is erased by three: back, blank, back.
        if (Typed.Length == 0 && now - _changed >= s_look)
        {
            (_phase, _since) = (Phase.Type, now);
            return Keys.None;
        }
        if (Typed.Length == 0 || now - _since < s_echo)
            return Keys.None;
        // Where Ctrl-U is not known, backspaces are.
        _since = now;
        if (++_erased > MostTries)
            IsOver = true;
        return IsOver ? Keys.None : new Keys(KeyUse.Typed, Enumerable.Repeat((byte)0x08, Typed.Length).ToArray());
    }

    private Keys Type(TimeSpan now)
    {
        string typed = Typed, value = Value;
        if (typed == value)
        {
            _entered = _tail;
            (_phase, _since) = (Phase.Enter, now);
            return new Keys(KeyUse.Typed, Keys.Enter);
        }
        bool right = value.StartsWith(typed, StringComparison.Ordinal);
        if (right && typed.Length == _sent)
        {
            _sent++;
            return new Keys(KeyUse.Typed, Encoding.ASCII.GetBytes(value[typed.Length..][..1]));
        }
        if (right && now - _since < s_echo)
            return Keys.None;
        Retyped++;
        _sent = 0;
        if (++_tries > MostTries)
            IsOver = true;
        (_phase, _since, _erased) = (Phase.Erase, now, 0);
        return IsOver ? Keys.None : new Keys(KeyUse.Typed, Keys.CtrlU);
    }

    private Keys Left(TimeSpan now)
    {
        if (_tail != _entered)
        {
            _filled.Add(_field!.Name);
            (_phase, _since, _sent, _tries) = (Phase.Await, now, 0, 0);
        }
        else if (now - _since > s_echo + s_echo)
        {
            IsOver = true; // Enter was not taken
        }
        return Keys.None;
    }
}
