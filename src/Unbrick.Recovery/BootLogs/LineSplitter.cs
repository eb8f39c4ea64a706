using System.Text;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// Bytes of a console to lines, as a terminal would show them: backspaces take back, a carriage return inside a line begins it anew (both
/// parts count), escape sequences are left out. A line longer than <see cref="MostBytes"/> is cut in pieces of the same number, so endless
/// garbage takes no memory. Bytes that are no text are counted, and stand as U+FFFD.
/// </summary>
public sealed class LineSplitter
{
    /// <summary>A line is looked at in pieces of at most this many characters.</summary>
    public const int MostBytes = 512;

    private const char Garbage = '\uFFFD';
    private readonly char[] _line = new char[MostBytes];
    private readonly byte[] _rune = new byte[4];
    private int _used, _cursor, _runeUsed;
    private Escape _escape;

    private enum Escape
    {
        None,
        Begun,
        Sequence,
        String,
    }

    /// <summary>Line feeds so far, plus one.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>What stands in a line that has not ended.</summary>
    public string Open => new(_line, 0, _used);

    /// <summary>Takes bytes; <paramref name="line"/> gets each line that ends in them, with its number.</summary>
    public void Take(ReadOnlySpan<byte> bytes, Action<long, string> line)
    {
        ArgumentNullException.ThrowIfNull(line);
        foreach (byte b in bytes)
            Take(b, line);
    }

    /// <summary>The end of the log: what is left is a line, too.</summary>
    public void Finish(Action<long, string> line)
    {
        ArgumentNullException.ThrowIfNull(line);
        EndRune(line);
        End(line);
    }

    private void Take(byte b, Action<long, string> line)
    {
        if (_escape != Escape.None)
        {
            Escaped(b);
            if (b is not ((byte)'\n' or (byte)'\r'))
                return;
            _escape = Escape.None;
        }
        if (_runeUsed > 0 || b >= 0x80)
        {
            Many(b, line);
            return;
        }
        Plain(b, line);
    }

    private void Plain(byte b, Action<long, string> line)
    {
        switch (b)
        {
            case (byte)'\n':
                End(line);
                Number++;
                break;
            case (byte)'\r':
                End(line);
                break;
            case (byte)'\b':
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case 0x1B:
                _escape = Escape.Begun;
                break;
            case (byte)'\t':
                Put(' ', line);
                break;
            case 0x07:
                break;
            case < 0x20 or 0x7F:
                Put(Garbage, line);
                break;
            default:
                Put((char)b, line);
                break;
        }
    }

    /// <summary>ESC [ … final byte; ESC ] … BEL; ESC and one more byte (ECMA-48 section 5.3 and 5.4).</summary>
    private void Escaped(byte b) => _escape = _escape switch
    {
        Escape.Begun when b == (byte)'[' => Escape.Sequence,
        Escape.Begun when b is (byte)']' or (byte)'P' or (byte)'_' or (byte)'^' => Escape.String,
        Escape.Begun when b is >= 0x20 and <= 0x2F => Escape.Begun,
        Escape.Sequence when b is < 0x40 or > 0x7E => Escape.Sequence,
        Escape.String when b is not (0x07 or 0x1B) => Escape.String,
        Escape.String when b == 0x1B => Escape.Begun,
        _ => Escape.None,
    };

    private void Many(byte b, Action<long, string> line)
    {
        bool goesOn = (b & 0xC0) == 0x80;
        if (_runeUsed > 0 && !goesOn)
            EndRune(line);
        if (_runeUsed == 0 && b < 0x80)
        {
            Plain(b, line);
            return;
        }
        _rune[_runeUsed++] = b;
        int length = _rune[0] switch { >= 0xF0 and < 0xF5 => 4, >= 0xE0 => 3, >= 0xC2 => 2, _ => 1 };
        if (_runeUsed >= length)
            EndRune(line);
    }

    private void EndRune(Action<long, string> line)
    {
        if (_runeUsed == 0)
            return;
        ReadOnlySpan<byte> bytes = _rune.AsSpan(0, _runeUsed);
        bool whole = Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done && used == bytes.Length;
        int bad = whole ? 0 : _runeUsed;
        _runeUsed = 0;
        for (int i = 0; i < bad; i++)
            Put(Garbage, line);
        if (whole)
            PutRune(rune.Value, line);
    }

    /// <summary>Typographic signs of forums to what stood on the console; what a wrong rate makes counts as no text.</summary>
    private void PutRune(int rune, Action<long, string> line)
    {
        switch (rune)
        {
            case 0x2018 or 0x2019 or 0x201A or 0x2032 or 0xB4:
                Put('\'', line);
                break;
            case 0x201C or 0x201D or 0x201E or 0x2033 or 0xAB or 0xBB:
                Put('"', line);
                break;
            case 0x2010 or 0x2011 or 0x2012 or 0x2013 or 0x2014 or 0x2212:
                Put('-', line);
                break;
            case 0x2026:
                Put('.', line);
                Put('.', line);
                Put('.', line);
                break;
            // The ends of lines, as some terminals draw them.
            case 0x2409 or 0x240A or 0x240D or 0xA0 or 0x2002 or 0x2003 or 0x2009 or 0x202F or 0x3000:
                Put(' ', line);
                break;
            case 0x200B or 0x200C or 0x200D or 0xFEFF or 0xAD:
                break;
            case < 0xA0 or 0x2E2E or (>= 0xE000 and <= 0xF8FF) or (>= 0x2400 and <= 0x243F) or >= 0x1_0000:
                Put(Garbage, line);
                break;
            default:
                Put((char)rune, line);
                break;
        }
    }

    private void Put(char c, Action<long, string> line)
    {
        if (_cursor == MostBytes)
            End(line);
        _line[_cursor++] = c;
        _used = Math.Max(_used, _cursor);
    }

    private void End(Action<long, string> line)
    {
        if (_used > 0)
            line(Number, new string(_line, 0, _used));
        _used = 0;
        _cursor = 0;
    }
}
