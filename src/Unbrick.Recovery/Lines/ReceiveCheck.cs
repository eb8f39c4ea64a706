using System.Text;

namespace Unbrick.Recovery.Lines;

/// <summary>
/// Whether keys arrive at the device: once it is quiet, Enter is pressed three times. Any byte that comes then is an answer. None is a finding
/// only where something waits for keys: at a prompt, or behind a countdown that any key should have stopped.
/// </summary>
internal sealed class ReceiveCheck
{
    private const int Tries = 3, Kept = 96;
    private const byte Enter = (byte)'\r';

    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(250), s_answer = TimeSpan.FromMilliseconds(300);
    private static readonly string[] s_waiting = ["login:", "assword:", "activate this console", "stop autoboot", "to enter setup", "enter failsafe"];

    private readonly StringBuilder _tail = new();
    private TimeSpan? _typed;
    private int _tries;

    /// <summary>What is known.</summary>
    public LineReceive State { get; private set; }

    /// <summary>There is nothing more to find out.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Takes what came in.</summary>
    public void On(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (_typed is { } at && now - at < s_answer + s_answer)
            (State, IsOver) = (LineReceive.Answers, true);
        _tail.Append(Encoding.Latin1.GetString(bytes[^Math.Min(bytes.Length, Kept)..]));
        if (_tail.Length > Kept)
            _tail.Remove(0, _tail.Length - Kept);
    }

    /// <summary>From the start, at another rate.</summary>
    public void Restart()
    {
        (_typed, _tries, State, IsOver) = (null, 0, LineReceive.Unchecked, false);
        _tail.Clear();
    }

    /// <summary>What to do now, until it <see cref="IsOver"/>.</summary>
    public LineStep Next(TimeSpan now, TimeSpan quietSince, int host)
    {
        TimeSpan since = now - (_typed is { } at && at > quietSince ? at : quietSince), needed = _typed is null ? s_quiet : s_answer;
        if (since < needed)
            return LineStep.Listen(needed - since);
        if (_tries == Tries)
        {
            State = IsWaiting() ? LineReceive.Silent : LineReceive.Unchecked;
            IsOver = true;
            return LineStep.Listen(TimeSpan.Zero);
        }
        _tries++;
        _typed = now;
        return LineStep.Type(Enter);
    }

    /// <summary>The last line is one that a device prints and then waits for keys.</summary>
    private bool IsWaiting()
    {
        string text = _tail.ToString();
        string line = text[(text.LastIndexOfAny(['\r', '\n']) + 1)..];
        if (Array.Exists(s_waiting, word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
            return true;
        return line.Length > 0 && line.TrimEnd(' ') is { Length: > 0 and < 40 } prompt && prompt[^1] is '#' or '>' or '$' or ':' or '?';
    }
}
