using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.Loaders;

/// <summary>Watches a loader that loads, writes and starts by itself; presses nothing.</summary>
/// <param name="signs">What it may say.</param>
/// <param name="patience">How long it may say nothing.</param>
/// <param name="heard">Told each sign once.</param>
public sealed class WatchDialogue(ImmutableArray<LoaderSign> signs, TimeSpan patience, Action<LoaderSign, string> heard) : IDialogue
{
    private readonly Regex[] _patterns = [.. signs.Select(s => LoaderPatterns.Made(s.Text))];
    private readonly HashSet<string> _told = [];
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(20);

    private TimeSpan _last;
    private TimeSpan? _sign;
    private long _count = -1;

    /// <summary>What it ended with; null when it only fell silent.</summary>
    public LoaderSign? End { get; private set; }

    /// <summary>The line of <see cref="End"/>.</summary>
    public string Line { get; private set; } = "";

    /// <summary>Whether it began to erase or write.</summary>
    public bool HasErased { get; private set; }

    /// <summary>Whether it wrote all.</summary>
    public bool HasWritten { get; private set; }

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public bool ExpectsStart => true;

    /// <inheritdoc/>
    public void Look(ConsoleText text, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Count != _count)
            (_count, _last) = (text.Count, now);
        _sign ??= now;
        while (!IsOver && text.NextLine() is string line)
            LookAt(line, now);
    }

    /// <inheritdoc/>
    public Keys Next(TimeSpan now, out TimeSpan wakeAt)
    {
        wakeAt = now + TimeSpan.FromMilliseconds(200);
        // A device that prints and prints, and never a word that is known, is no longer at work.
        IsOver |= now - _last > patience || now - _sign > s_longest;
        return Keys.None;
    }

    private void LookAt(string line, TimeSpan now)
    {
        for (int i = 0; i < signs.Length; i++)
        {
            if (!_patterns[i].IsMatch(line))
                continue;
            LoaderSign sign = signs[i];
            if (!_told.Contains(sign.Text))
                _sign = now;
            HasErased |= sign.Means is "erase" or "write";
            HasWritten |= sign.Means == "written";
            if (_told.Add(sign.Text))
                heard(sign, line);
            if (sign.Means is "starts" or "refused" or "failed")
                (End, Line, IsOver) = (sign, line, true);
            return;
        }
    }
}
