using System.Collections.Immutable;

namespace Unbrick.Recovery.Loaders;

/// <summary>How stopping a boot ended.</summary>
public enum StopOutcome
{
    /// <summary>Not yet ended.</summary>
    Open,

    /// <summary>A prompt was proven: it came back after its line was erased.</summary>
    Prompt,

    /// <summary>A menu stands and waits.</summary>
    Menu,

    /// <summary>It boots on.</summary>
    Passed,

    /// <summary>Nothing came at all.</summary>
    Silent,

    /// <summary>Something came, but no prompt.</summary>
    NoPrompt,
}

/// <summary>
/// Gets a boot loader to its prompt: presses safe keys from before power-on, 16 times a second, learns from what it prints which loader it is and
/// then presses that one's keys; takes a prompt for one only after its line was erased and it came again.
/// </summary>
/// <param name="loaders">All that it may be.</param>
/// <param name="limit">How long to try.</param>
/// <param name="menu">A menu is wanted: nothing is pressed, since any key chooses.</param>
/// <param name="mustStart">A prompt counts only after the device was seen to start: the old one may still stand while its power is being cut.</param>
public sealed class StopDialogue(ImmutableArray<LoaderPatterns> loaders, TimeSpan limit, bool menu = false, bool mustStart = false) : IDialogue
{
    private static readonly TimeSpan s_betweenKeys = TimeSpan.FromMilliseconds(60), s_confirm = TimeSpan.FromMilliseconds(600);

    /// <summary>Before it is known who listens: no letters, because they are commands in the setup of RouterBOOT.</summary>
    private static readonly ImmutableArray<ReadOnlyMemory<byte>> s_anyone =
        [.. new[] { "space", "ctrl-c", "esc", "4" }.Select(LoaderPatterns.BytesOf)];

    private ReadOnlyMemory<byte> _send;
    private TimeSpan? _began, _asked;
    private TimeSpan _nextKey;
    private int _turn, _named;
    private long _count = -1;
    private bool _clear, _ready, _started = !mustStart;

    /// <summary>How it ended.</summary>
    public StopOutcome Outcome { get; private set; }

    /// <summary>Which loader it is; null when nothing named it.</summary>
    public LoaderPatterns? Loader { get; private set; }

    /// <summary>Its prompt, as it stands at the start of a line.</summary>
    public string? Prompt { get; private set; }

    /// <summary>The line that named it.</summary>
    public string? Banner { get; private set; }

    /// <inheritdoc/>
    public bool IsOver => Outcome != StopOutcome.Open;

    /// <inheritdoc/>
    public bool ExpectsStart => true;

    /// <inheritdoc/>
    public void Look(ConsoleText text, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(text);
        _began ??= now;
        if (_count < 0)
            text.DropLines();
        while (text.NextLine() is string line)
            LookAt(line, ended: true);
        LookAt(text.Tail, ended: false);
        bool fresh = text.Count != _count;
        _count = text.Count;
        if (IsOver || menu || !fresh || !_started)
            return;
        if (PromptIn(text.Tail) is not string prompt)
            return;
        if (_asked is not null && text.Tail == prompt && prompt == Prompt)
        {
            Outcome = StopOutcome.Prompt;
            if (_named == 0)
                Loader = loaders.First(l => l.PromptIn(prompt) is not null);
        }
        else if (_asked is null)
        {
            (Prompt, _clear, _asked) = (prompt, true, now);
        }
    }

    /// <inheritdoc/>
    public Keys Next(TimeSpan now, out TimeSpan wakeAt)
    {
        wakeAt = now + s_betweenKeys;
        if (IsOver)
            return Keys.None;
        if (_asked is TimeSpan asked && now - asked > s_confirm)
            _asked = null;
        if (now - _began > limit)
        {
            Outcome = _count > 0 ? StopOutcome.NoPrompt : StopOutcome.Silent;
            return Keys.None;
        }
        if (_clear)
        {
            _clear = false;
            return new Keys(KeyUse.Streamed, Clear(Loader?.Profile.Clear ?? "ctrl-c"));
        }
        if (menu || _asked is not null)
            return Keys.None;
        wakeAt = _nextKey;
        if (now < _nextKey)
            return Keys.None;
        _nextKey = now + s_betweenKeys;
        wakeAt = _nextKey;
        ImmutableArray<ReadOnlyMemory<byte>> keys = Loader is { Keys.IsEmpty: false } known ? known.Keys : s_anyone;
        _send = keys[_turn++ % keys.Length];
        return new Keys(KeyUse.Streamed, _send);
    }

    /// <summary>With a space before: behind an Escape that was streamed, U-Boot takes one key for itself, and the line would stay as it is.</summary>
    private static ReadOnlyMemory<byte> Clear(string key) => (byte[])[(byte)' ', .. LoaderPatterns.BytesOf(key).Span];

    private void LookAt(string line, bool ended)
    {
        foreach (LoaderPatterns loader in loaders)
        {
            int names = loader.Names(line);
            if (names > _named || (names == 0 && Loader is null && loader.Waits(line)))
                (Loader, _named, Banner) = (loader, names, names > 0 ? line : Banner);
        }
        if (Loader is null)
            return;
        _started |= _named > 0 && Loader.Names(line) > 0 || Loader.Starts(line);
        if (menu)
        {
            _ready |= Loader.ShowsMenu(line);
            if (_ready && Loader.MenuIsReady(line))
                Outcome = StopOutcome.Menu;
        }
        if (ended && _started && Loader.HasPassed(line) && !IsOver)
            Outcome = StopOutcome.Passed;
    }

    private string? PromptIn(string tail)
    {
        if (tail.Length is < 2 or > 60)
            return null;
        if (Loader?.PromptIn(tail) is string known)
            return known;
        return _named == 0 ? loaders.Select(l => l.PromptIn(tail)).FirstOrDefault(p => p is not null) : null;
    }
}
