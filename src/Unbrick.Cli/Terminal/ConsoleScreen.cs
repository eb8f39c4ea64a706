using System.Text;
using Unbrick.Core.Text;

namespace Unbrick.Cli.Terminal;

/// <summary>Where a console's text goes, with what the reader beside it has to say: at the right edge of a wide terminal, or as lines of their own.</summary>
/// <param name="console">Where.</param>
internal sealed class ConsoleScreen(CliConsole console)
{
    private const int WideFrom = 120, Margin = 44;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly Queue<string> _waiting = new();
    private readonly bool _isWide = console.OutIsTerminal && console.Color && console.Width >= WideFrom;
    private int _column;

    /// <summary>Shows text that is safe to show.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="column">The column that it ends in.</param>
    public void Show(ReadOnlyMemory<byte> text, int column)
    {
        char[] characters = new char[text.Length + 2];
        int count = _decoder.GetChars(text.Span, characters, false);
        console.Out.Write(characters, 0, count);
        console.Out.Flush();
        _column = column;
        Flush();
    }

    /// <summary>Adds what the reader has found.</summary>
    public void Tell(IReadOnlyList<string> facts)
    {
        foreach (string fact in facts)
            _waiting.Enqueue(fact);
        Flush();
    }

    /// <summary>A sentence of the terminal's own, on a line of its own.</summary>
    public void Say(string text)
    {
        bool shared = console.OutIsTerminal && console.ErrorIsTerminal;
        console.Error.WriteLine($"{(shared && _column > 0 ? "\r\n" : "")}[unbrick] {SafeText.Show(text, 400)}{(shared ? "\r" : "")}");
        console.Error.Flush();
        if (shared)
            _column = 0;
    }

    /// <summary>The last facts: nothing more comes that could end the line.</summary>
    public void End(IReadOnlyList<string> facts)
    {
        foreach (string fact in facts)
            _waiting.Enqueue(fact);
        if (_waiting.Count > 0 && !_isWide && _column > 0 && console.OutIsTerminal && console.ErrorIsTerminal)
            console.Error.WriteLine("\r");
        _column = 0;
        while (_waiting.Count > 0)
            Flush();
    }

    private void Flush()
    {
        while (_waiting.Count > 0 && (_isWide ? _column < console.Width - Margin - 2 : _column == 0))
        {
            string fact = SafeText.Show(_waiting.Dequeue(), _isWide ? Margin - 3 : 120);
            if (!_isWide)
            {
                console.Error.WriteLine($"[fact] {fact}{(console.ErrorIsTerminal ? "\r" : "")}");
                continue;
            }
            console.Out.Write($"\e7\e[{console.Width - Margin}G\e[2m│ {fact}\e[0m\e8");
            console.Out.Flush();
            return; // one a line
        }
    }
}
