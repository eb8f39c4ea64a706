using System.Text;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.Loaders;

/// <summary>Presses one key of a menu that waits, sees that it was taken, and says yes to the question before the fields.</summary>
/// <param name="menu">The menu.</param>
/// <param name="key">The key; never one of <see cref="LoaderMenu.Never"/>.</param>
public sealed class ChooseDialogue(LoaderMenu menu, string key) : IDialogue
{
    private const int MostPresses = 3;
    private static readonly TimeSpan s_taken = TimeSpan.FromMilliseconds(700), s_question = TimeSpan.FromSeconds(6), s_look = TimeSpan.FromMilliseconds(50);

    private readonly Regex _chosen = LoaderPatterns.Made(menu.Chosen), _sure = LoaderPatterns.Made(menu.Sure);
    private readonly Regex _field = LoaderPatterns.Made(string.Join('|', menu.Fields.Select(f => Regex.Escape(f.Asks))));
    private TimeSpan? _pressed, _taken;
    private int _presses;
    private bool _asked, _answered;

    /// <summary>It stands at its first field.</summary>
    public bool IsAtField { get; private set; }

    /// <summary>The key that it took; null when it took none.</summary>
    public string? Took { get; private set; }

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public bool ExpectsStart => true;

    /// <inheritdoc/>
    public void Look(ConsoleText text, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_pressed is null)
        {
            text.DropLines();
            return;
        }
        while (text.NextLine() is string line)
            LookAt(line, now);
        LookAt(text.Tail, now);
        if (_field.IsMatch(text.Tail))
            IsOver = IsAtField = Took == key;
    }

    /// <inheritdoc/>
    public Keys Next(TimeSpan now, out TimeSpan wakeAt)
    {
        wakeAt = now + s_look;
        if (Took is not null && Took != key)
            IsOver = true;
        if (IsOver)
            return Keys.None;
        if (Took is null)
        {
            if (now - _pressed < s_taken)
                return Keys.None;
            IsOver = _presses == MostPresses;
            if (IsOver || menu.Never.Contains(key))
                return Keys.None;
            (_pressed, _presses) = (now, _presses + 1);
            return new Keys(KeyUse.Choice, Encoding.ASCII.GetBytes(key));
        }
        if (_asked && !_answered)
        {
            _answered = true;
            return new Keys(KeyUse.Answer, "Y"u8.ToArray());
        }
        IsOver = now - _taken > s_question;
        return Keys.None;
    }

    private void LookAt(string line, TimeSpan now)
    {
        if (Took is null && _chosen.Match(line) is { Success: true } match)
            (Took, _taken) = (match.Groups[1].Value, now);
        _asked |= Took == key && _sure.IsMatch(line);
    }
}
