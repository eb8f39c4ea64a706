using System.Collections.Immutable;
using Unbrick.Core.Text;

namespace Unbrick.Recovery.Devices;

/// <summary>Ranks devices for a question.</summary>
internal static class DeviceFinder
{
    private const int LongestQuery = 200;
    private const int MostNear = 12;
    private const int ShortestNear = 4;

    private readonly record struct Ranked(DeviceMatch Match, int Distance);

    public static ImmutableArray<DeviceMatch> Find(IReadOnlyList<DeviceEntry> entries, string query)
    {
        Question question = new(query.Trim());
        if (question.Squashed.Length == 0 || query.Length > LongestQuery)
            return [];
        List<Ranked> found = [];
        foreach (DeviceEntry entry in entries)
        {
            if (Fit(entry, question) is { } ranked)
                found.Add(ranked);
        }
        return found.Count > 0 ? Order(found, found.Count) : Order(Near(entries, question), MostNear);
    }

    private static ImmutableArray<DeviceMatch> Order(List<Ranked> found, int most) =>
    [
        .. found.OrderBy(r => r.Match.Kind).ThenBy(r => r.Distance).ThenBy(r => r.Match.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(r => r.Match.Id, StringComparer.Ordinal).Take(most).Select(r => r.Match),
    ];

    private static Ranked? Fit(DeviceEntry entry, Question question)
    {
        if (question.IsBoard && entry.Naming.Boards.Exists(question.Is))
            return Rank(entry, MatchKind.Board, $"has the board name {question.Text}");
        if (entry.Naming.AskedFiles.Find(question.IsFile) is { } file)
            return Rank(entry, MatchKind.File, $"asks for {file}");
        foreach (string word in question.Words)
        {
            if (!entry.Naming.Haystack.Contains(word, StringComparison.Ordinal))
                return null;
        }
        if (entry.Id.Equals(question.Text, StringComparison.OrdinalIgnoreCase))
            return Rank(entry, MatchKind.Id, "is its id");
        if (entry.Naming.Names.Exists(name => SearchText.Squash(name) == question.Squashed))
            return Rank(entry, MatchKind.Name, "has this name");
        HashSet<string> words = new(StringComparer.Ordinal), own = new(StringComparer.Ordinal);
        foreach (string name in entry.Naming.Names)
            SearchText.AddWords(name, words);
        SearchText.AddWords(entry.Naming.OwnName, own);
        int left = own.Count(word => !question.Words.Contains(word));
        return words.IsSupersetOf(question.Words)
            ? Rank(entry, MatchKind.Words, "has these words in its names", left)
            : Rank(entry, MatchKind.Part, "has this in its names", left);
    }

    private static List<Ranked> Near(IReadOnlyList<DeviceEntry> entries, Question question)
    {
        List<Ranked> near = [];
        if (question.Squashed.Length < ShortestNear)
            return near;
        int limit = Math.Max(1, question.Squashed.Length / 6);
        foreach (DeviceEntry entry in entries)
        {
            (int Distance, string? Text) file = Closest(question.FileName, entry.Naming.AskedFiles, limit);
            (int Distance, string? Text) name = Closest(question.Squashed, entry.Naming.Haystack.Split('\n'), limit);
            if (file.Text is not null)
                near.Add(Rank(entry, MatchKind.NearFile, $"asks for {file.Text}, which is close", file.Distance)!.Value);
            else if (name.Text is not null)
                near.Add(Rank(entry, MatchKind.NearName, "has a similar name", name.Distance)!.Value);
        }
        return near;
    }

    private static (int Distance, string? Text) Closest(string wanted, IEnumerable<string> texts, int limit)
    {
        (int Distance, string? Text) best = (limit + 1, null);
        foreach (string text in texts)
        {
            if (Math.Abs(text.Length - wanted.Length) > limit)
                continue;
            int distance = EditDistance.Between(wanted, text);
            if (distance < best.Distance)
                best = (distance, text);
        }
        return best;
    }

    private static Ranked? Rank(DeviceEntry entry, MatchKind kind, string reason, int distance = 0) =>
        new Ranked(new DeviceMatch(entry.Id, entry.Name, entry.Naming.Soc, kind, reason), distance);

    /// <summary>The question in the forms that it is compared in.</summary>
    private sealed class Question
    {
        public Question(string text)
        {
            Text = text;
            Squashed = SearchText.Squash(text);
            SearchText.AddWords(text, Words);
            FileName = text[(text.LastIndexOfAny(['/', '\\']) + 1)..];
            IsBoard = text.Contains(',', StringComparison.Ordinal);
        }

        public string Text { get; }

        public string Squashed { get; }

        public HashSet<string> Words { get; } = new(StringComparer.Ordinal);

        public string FileName { get; }

        public bool IsBoard { get; }

        public bool Is(string board) => board.Equals(Text, StringComparison.OrdinalIgnoreCase);

        public bool IsFile(string file) => file.Equals(FileName, StringComparison.OrdinalIgnoreCase);
    }
}
