using System.Collections.Frozen;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// Tells somebody's words from lines of a console: people say I, you and my, and many small words. What they quote of a log ("it said
/// something like 'Image too large'") may be of another day and another device.
/// </summary>
internal static class Prose
{
    private static readonly FrozenSet<string> s_persons = new[]
    {
        "i", "i'm", "i've", "i'd", "i'll", "im", "ive", "my", "me", "you", "your", "you're", "we", "our", "he", "she", "his", "her", "they",
        "their", "thanks", "thank", "hi", "hello", "anyone", "someone", "somebody", "please", "thx", "cheers", "sorry", "regards", "hey",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> s_small = new[]
    {
        "the", "a", "an", "it", "it's", "its", "is", "was", "are", "were", "that", "this", "these", "have", "has", "had", "how", "what", "but",
        "can", "could", "can't", "would", "should", "if", "so", "then", "when", "which", "and", "or", "of", "to", "in", "on", "with", "for",
        "from", "there", "just", "only", "after", "before", "because", "don't", "doesn't", "didn't", "will", "be", "been", "do", "does", "did",
        "get", "got", "any", "some", "same", "now", "also", "too", "very", "at", "by", "as", "about", "like", "try", "tried", "know", "think",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is put at the end of a log: "--- hangs ---", "(stuck here)".</summary>
    private static readonly FrozenSet<string> s_remarks = new[]
    {
        "hangs", "hang", "stuck", "freezes", "stalls", "here", "and", "then", "it", "forever", "nothing", "more", "no", "output", "happens", "after", "this",
        "boot", "now", "just", "device", "completely", "up", "router", "system", "at", "point", "dead", "end", "of", "log",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Is(string text)
    {
        // A program's log: "E (374) cpu_start: ...", "[ERR] ...".
        if (text is ['E' or 'W' or 'I' or 'D' or 'V', ' ', '(', >= '0' and <= '9', ..] || text.Contains("[ERR]", StringComparison.Ordinal) || text.Contains("[INF]", StringComparison.Ordinal))
            return false;
        if (text.Length < 20)
            return IsRemark(text);
        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> persons = s_persons.GetAlternateLookup<ReadOnlySpan<char>>();
        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> small = s_small.GetAlternateLookup<ReadOnlySpan<char>>();
        int who = 0, little = 0, words = 0;
        foreach (Range range in text.AsSpan().SplitAny(" ,.;:!?()\"/="))
        {
            ReadOnlySpan<char> word = text.AsSpan(range);
            if (word.IsEmpty)
                continue;
            words++;
            if (persons.Contains(word))
                who++;
            else if (small.Contains(word))
                little++;
        }
        return IsRemark(text) || words >= 5 && (who >= 1 && little >= 3 || who >= 2 && little >= 1 || little >= 6 && little * 3 >= words);
    }

    private static bool IsRemark(string text)
    {
        if (!text.Contains("hang", StringComparison.OrdinalIgnoreCase) && !text.Contains("stuck", StringComparison.OrdinalIgnoreCase)
            && !text.Contains("nothing", StringComparison.OrdinalIgnoreCase) && !text.Contains("freezes", StringComparison.OrdinalIgnoreCase))
            return false;
        FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> remarks = s_remarks.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (Range range in text.AsSpan().SplitAny(" ,.;:!?()<>[]*-=#"))
        {
            if (!text.AsSpan(range).IsEmpty && !remarks.Contains(text.AsSpan(range)))
                return false;
        }
        return true;
    }
}
