using System.Text;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// Names as they are compared: lower case, letters and digits only. People write "Archer C7 v2", "archer-c7-v2", "ARCHERC7V2" and
/// "wr841nv9" and mean one thing each.
/// </summary>
internal static class SearchText
{
    /// <summary>All letters and digits in one.</summary>
    public static string Squash(string text)
    {
        StringBuilder squashed = new(text.Length);
        foreach (char c in text)
        {
            if (char.IsLetterOrDigit(c))
                squashed.Append(char.ToLowerInvariant(c));
        }
        return squashed.ToString();
    }

    /// <summary>The words; a hardware version at the end of one ("wr841nv9") is a word of its own.</summary>
    public static void AddWords(string text, ISet<string> words)
    {
        int at = 0;
        while (at < text.Length)
        {
            int end = at;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
                end++;
            if (end > at)
                AddWord(text[at..end].ToLowerInvariant(), words);
            at = end + 1;
        }
    }

    private static void AddWord(string word, ISet<string> words)
    {
        int digits = word.Length;
        while (digits > 0 && char.IsAsciiDigit(word[digits - 1]))
            digits--;
        bool versioned = digits < word.Length && digits > 2 && word[digits - 1] == 'v';
        if (versioned)
            words.Add(word[..(digits - 1)]);
        words.Add(versioned ? word[(digits - 1)..] : word);
    }
}
