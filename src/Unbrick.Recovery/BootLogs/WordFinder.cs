using System.Runtime.CompilerServices;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// Finds all of many words in a line in one pass over it (Aho and Corasick, "Efficient string matching", 1975), however many there are. Words and
/// lines are in lower case.
/// </summary>
internal sealed class WordFinder
{
    private const int Signs = 72;
    private readonly List<int[]> _next = [new int[Signs]];
    private readonly List<int> _word = [-1];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private int[] _table = [], _found = [], _before = [];

    /// <summary>Words so far.</summary>
    public int Count => _numbers.Count;

    /// <summary>Adds a word; the same word has the same number again.</summary>
    public int Add(string word)
    {
        if (_numbers.TryGetValue(word, out int number))
            return number;
        int state = 0;
        foreach (char c in word)
        {
            ref int next = ref _next[state][Sign(c)];
            if (next == 0)
            {
                next = _next.Count;
                _next.Add(new int[Signs]);
                _word.Add(-1);
            }
            state = next;
        }
        _numbers.Add(word, number = Count);
        // Of words that differ in rare signs only, one is found for all: they are checked by who asks.
        if (_word[state] >= 0)
            _numbers[word] = number = _word[state];
        _word[state] = number;
        return number;
    }

    /// <summary>After the last word and before the first line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build()
    {
        _table = new int[_next.Count * Signs];
        _found = [.. _word];
        _before = new int[_next.Count];
        int[] fails = new int[_next.Count];
        Queue<int> open = new([0]);
        while (open.TryDequeue(out int state))
        {
            _before[state] = _found[fails[state]] >= 0 && state != 0 ? fails[state] : _before[fails[state]];
            for (int sign = 0; sign < Signs; sign++)
            {
                int next = _next[state][sign];
                int fallback = state == 0 ? 0 : _table[fails[state] * Signs + sign];
                _table[state * Signs + sign] = next == 0 ? fallback : next;
                if (next == 0)
                    continue;
                fails[next] = fallback;
                open.Enqueue(next);
            }
        }
        _next.Clear();
    }

    /// <summary>Marks the words that are in a line.</summary>
    /// <param name="lower">The line in lower case.</param>
    /// <param name="marks">One for each number; cleared first.</param>
    /// <returns>Whether there is any.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Mark(string lower, bool[] marks)
    {
        Array.Clear(marks);
        bool any = false;
        int state = 0;
        foreach (char c in lower)
        {
            state = _table[state * Signs + Sign(c)];
            for (int s = _found[state] >= 0 ? state : _before[state]; s != 0; s = _before[s])
                marks[_found[s]] = any = true;
        }
        return any;
    }

    /// <summary>Letters, digits and common signs each for themselves, all others as one.</summary>
    private static int Sign(char c) => c is >= ' ' and <= '@' ? c - ' ' + 1 : c is >= '[' and <= '~' ? c - '[' + 34 : 0;
}
