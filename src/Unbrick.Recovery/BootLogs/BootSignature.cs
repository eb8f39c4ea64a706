using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// A kind of line that boot logs have (<c>data/bootlogs/FAMILY.json</c>). Matched without regard to case, on one line of at most
/// <see cref="LineSplitter.MostBytes"/> bytes from which time stamps and quoting were taken off; regular expressions run in linear time.
/// </summary>
public sealed record BootSignature
{
    private const int UsualWeight = 70;

    private Regex? _regex;

    /// <summary>Name, one of its kind.</summary>
    public required string Id { get; init; }

    /// <summary>The file it is in, without its ending.</summary>
    [JsonIgnore]
    public string Family { get => field ?? ""; init; }

    /// <summary>Where in a boot it belongs.</summary>
    public required BootStage Stage { get; init; }

    /// <summary>What it says.</summary>
    public required SignKind Kind { get; init; }

    /// <summary>The cause it stands for; null when it is none.</summary>
    public string? Cause { get; init; }

    /// <summary>For <see cref="SignKind.Harmless"/> and special rules: which one it is.</summary>
    public string? Code { get; init; }

    /// <summary>What a line of a topic must say, too: that something failed; null where the signature says it all.</summary>
    [JsonIgnore]
    internal Regex? Failing { get; init; }

    /// <summary>A topic, asked only of lines that no other signature knows: "dram", and a word of failing anywhere in the line.</summary>
    internal bool IsTopic => Failing is not null;

    /// <summary>Words of which one is in the line, lower case; a leading <c>^</c> binds them to its beginning.</summary>
    public ImmutableArray<string> Text { get => field.IsDefault ? [] : field; init; }

    /// <summary>Or a regular expression.</summary>
    [JsonPropertyName("regex")]
    public string? Expression { get; init; }

    /// <summary>Of which one is in every line that the expression fits, lower case.</summary>
    public ImmutableArray<string> Has { get => field.IsDefault ? [] : field; init; }

    /// <summary>How surely it is the cause when it is there and nothing speaks against it, 1 to 100.</summary>
    public int Weight { get => field == 0 ? UsualWeight : field; init; }

    /// <summary>Never in the log of a healthy boot: a system that comes up in spite of it does not take it back.</summary>
    public bool Sticks { get; init; }

    /// <summary>Counts only in a boot in which the signature of this name was seen before: words that mean something else elsewhere. Null for none.</summary>
    public string? Needs { get; init; }

    /// <summary>Causes that cannot be the true ones any more when this was seen.</summary>
    public ImmutableArray<string> Clears { get => field.IsDefault ? [] : field; init; }

    /// <summary>Names of groups in the expression, and of the facts they hold.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>Facts that follow from the line being there.</summary>
    public ImmutableSortedDictionary<string, string> Set { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>What the line says, in a few words.</summary>
    public required string Says { get; init; }

    /// <summary>Real lines that the expression fits.</summary>
    public ImmutableArray<string> Examples { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether the line is one of these; <paramref name="match"/> has the groups where there is an expression.</summary>
    /// <param name="line">The line.</param>
    /// <param name="lower">The same in lower case.</param>
    /// <param name="match">The match of the expression; null when there is none.</param>
    internal bool Fits(string line, string lower, out Match? match)
    {
        match = null;
        if (Expression is null)
            return Text.Any(t => Holds(lower, t));
        if (!Has.Any(h => lower.Contains(h, StringComparison.Ordinal)))
            return false;
        if (Failing?.IsMatch(line) == false)
            return false;
        _regex ??= Compiled(Expression);
        match = _regex.Match(line);
        return match.Success;
    }

    /// <summary>As all expressions of boot logs are read: without regard to case, in linear time.</summary>
    internal static Regex Compiled(string expression) =>
        new(expression, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    /// <summary>The words as words: <c>ram error</c> is not in <c>param error</c>.</summary>
    private static bool Holds(string lower, string words)
    {
        if (words[0] == '^')
            return lower.AsSpan().StartsWith(words.AsSpan(1), StringComparison.Ordinal);
        int at = lower.IndexOf(words, StringComparison.Ordinal);
        while (at > 0 && char.IsAsciiLetter(words[0]) && char.IsAsciiLetter(lower[at - 1]))
            at = lower.IndexOf(words, at + 1, StringComparison.Ordinal);
        return at >= 0;
    }

    /// <summary>Id and kind.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} ({Stage}, {Kind})");
}
