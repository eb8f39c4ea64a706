namespace Unbrick.Recovery.Lines;

/// <summary>
/// Lets through of a device's output what a terminal may be told by a stranger: text, line ends, tab, backspace, bell, colours, and moves of the
/// cursor within the screen. All else that begins with ESC or with a C1 control is swallowed: titles, clipboards and hyperlinks (OSC), strings
/// (DCS, APC, PM, SOS), questions that the terminal answers as if the user had typed (DSR, DA, DECRQSS), modes, resets, macros. ECMA-48, and
/// xterm's control sequences. Memory is bounded: of a sequence only its numbers are kept.
/// </summary>
public sealed class TerminalFilter
{
    private const int LongestSequence = 32;
    private const int LongestString = 4096;
    private const byte Escape = 0x1B, Bell = 0x07, Cancel = 0x18, Substitute = 0x1A;

    private readonly List<byte> _sequence = new(LongestSequence);
    private State _state;
    private int _length;
    private int _continuations;

    private enum State
    {
        Text,
        AfterEscape,
        Charset,
        Control,
        String,
        StringEscape,
    }

    /// <summary>Filters what came; sequences may go on in the next call.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="into">Takes what may be shown.</param>
    public void Filter(ReadOnlySpan<byte> bytes, List<byte> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        foreach (byte value in bytes)
            Take(value, into);
    }

    private void Take(byte value, List<byte> into)
    {
        if (value is Cancel or Substitute)
        {
            _state = State.Text;
            return;
        }
        switch (_state)
        {
            case State.Text when value == Escape:
                _state = State.AfterEscape;
                break;
            case State.Text:
                Show(value, into);
                break;
            case State.AfterEscape:
                _sequence.Clear();
                _length = 0;
                _state = value switch
                {
                    (byte)'[' => State.Control,
                    (byte)']' or (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_' or (byte)'k' => State.String, // OSC, DCS, SOS, PM, APC, screen's title
                    Escape => State.AfterEscape,
                    >= 0x20 and <= 0x2F => State.Charset, // one more byte follows: which character set, test patterns
                    _ => State.Text,
                };
                if (value < 0x20 && value != Escape)
                    Show(value, into);
                break;
            case State.Charset:
                _state = value is >= 0x20 and <= 0x2F ? State.Charset : State.Text;
                break;
            case State.Control:
                Control(value, into);
                break;
            case State.String:
                // A string that never ends must not swallow the rest of the log.
                _state = value == Bell || ++_length > LongestString ? State.Text : value == Escape ? State.StringEscape : value is (byte)'\n' or (byte)'\r' ? EndString(value, into) : State.String;
                break;
            default:
                _state = value == (byte)'\\' ? State.Text : State.AfterEscape;
                if (_state == State.AfterEscape)
                    Take(value, into);
                break;
        }
    }

    private State EndString(byte value, List<byte> into)
    {
        Show(value, into);
        return State.Text;
    }

    /// <summary>Bytes above 7F pass where they are UTF-8; alone they would be C1 controls, which some terminals still obey.</summary>
    private void Show(byte value, List<byte> into)
    {
        bool continues = value is >= 0x80 and <= 0xBF && _continuations > 0;
        if (continues)
        {
            _continuations--;
            // U+0080 to U+009F are C1 controls in UTF-8, too.
            if (into.Count > 0 && into[^1] == 0xC2 && value < 0xA0)
            {
                into[^1] = (byte)'?';
                return;
            }
            into.Add(value);
            return;
        }
        _continuations = value switch { >= 0xC2 and <= 0xDF => 1, >= 0xE0 and <= 0xEF => 2, >= 0xF0 and <= 0xF4 => 3, _ => 0 };
        if (value is >= 0x20 and < 0x7F or (byte)'\r' or (byte)'\n' or (byte)'\t' or (byte)'\b' or Bell || _continuations > 0)
            into.Add(value);
        else if (value >= 0x80)
            into.Add((byte)'?');
    }

    private void Control(byte value, List<byte> into)
    {
        if (value == Escape)
        {
            _state = State.AfterEscape;
            return;
        }
        if (value < 0x20)
        {
            // A terminal obeys these in the middle of a sequence.
            if (value is (byte)'\r' or (byte)'\n')
                _state = State.Text;
            Show(value, into);
            return;
        }
        if (value is < 0x40 or > 0x7E)
        {
            _length++;
            if (value > 0x7E)
                _state = State.Text;
            else if (_sequence.Count < LongestSequence)
                _sequence.Add(value);
            return;
        }
        _state = State.Text;
        if (_length <= LongestSequence && MayPass(value))
        {
            into.Add(Escape);
            into.Add((byte)'[');
            into.AddRange(_sequence);
            into.Add(value);
        }
    }

    /// <summary>Colours (m), cursor moves (A-H, f, d, G), erasing (J, K), inserting and deleting (@, P, X, L, M), saving the place (s, u); numbers only.</summary>
    private bool MayPass(byte final)
    {
        if (_sequence.Any(b => b is not (>= (byte)'0' and <= (byte)'9' or (byte)';' or (byte)':')))
            return false;
        // Numbers of more than four digits are no place on a screen; some terminals take their time over them.
        int digits = 0;
        foreach (byte b in _sequence)
        {
            digits = b is >= (byte)'0' and <= (byte)'9' ? digits + 1 : 0;
            if (digits > 4)
                return false;
        }
        return "mABCDEFGHfdJKPXLM@su".Contains((char)final, StringComparison.Ordinal);
    }
}
