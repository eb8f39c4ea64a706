using System.Text;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// What a console would show, as lines: carriage returns, backspaces and escape sequences are carried out, lengths are bounded. The line that
/// is not ended yet is what prompts are looked for in.
/// </summary>
public sealed class ConsoleText
{
    private const int LongestLine = 1024, MostLines = 20_000;

    private enum Escape { None, Begun, Sequence }

    private readonly StringBuilder _tail = new();
    private readonly Queue<string> _lines = new();
    private Escape _escape;
    private bool _returned;
    private string _last = "";

    /// <summary>The line that is not ended yet.</summary>
    public string Tail { get; private set; } = "";

    /// <summary>The last line that is not blank, ended or not.</summary>
    public string Last => string.IsNullOrWhiteSpace(Tail) ? _last : Tail;

    /// <summary>Bytes taken so far.</summary>
    public long Count { get; private set; }

    /// <summary>Lines that ended and were not taken.</summary>
    public int Waiting => _lines.Count;

    /// <summary>Takes what arrived.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        foreach (byte b in bytes)
            Add(b);
        Tail = _tail.ToString();
    }

    /// <summary>The next line that has ended; null when there is none.</summary>
    public string? NextLine() => _lines.TryDequeue(out string? line) ? line : null;

    /// <summary>Forgets lines that have ended; the open one stays.</summary>
    public void DropLines() => _lines.Clear();

    private void Add(byte b)
    {
        if (_escape != Escape.None)
        {
            _escape = _escape == Escape.Begun && b is (byte)'[' ? Escape.Sequence
                : _escape == Escape.Sequence && b is >= 0x20 and < 0x40 ? Escape.Sequence : Escape.None;
            return;
        }
        switch (b)
        {
            case 0x1b:
                _escape = Escape.Begun;
                return;
            case (byte)'\n':
                End();
                return;
            case (byte)'\r':
                _returned = true;
                return;
            case 0x08 or 0x7f:
                if (_tail.Length > 0)
                    _tail.Length--;
                return;
            case < 0x20 and not (byte)'\t':
                return;
        }
        if (_returned)
            _tail.Clear();
        _returned = false;
        _tail.Append((char)b);
        if (_tail.Length >= LongestLine)
            End();
    }

    private void End()
    {
        if (_lines.Count >= MostLines)
            _lines.Dequeue();
        string line = _tail.ToString();
        _lines.Enqueue(line);
        if (!string.IsNullOrWhiteSpace(line))
            _last = line;
        _tail.Clear();
        _returned = false;
    }
}
