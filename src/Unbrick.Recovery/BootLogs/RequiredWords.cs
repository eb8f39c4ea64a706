using System.Collections.Immutable;
using System.Text;

namespace Unbrick.Recovery.BootLogs;

/// <summary>
/// Words that a line must have before an expression can fit it: for each of the expression's top-level branches groups of words, of each group
/// one. Worked out from the expression, so that it is asked only where it is likely to fit. What is not understood is left out, which never makes
/// the words wrong, only fewer.
/// </summary>
internal ref struct RequiredWords
{
    private const int Shortest = 2;
    private readonly ReadOnlySpan<char> _pattern;
    private int _at;

    private RequiredWords(string pattern) => _pattern = pattern;

    /// <summary>Branches, in each groups, in each words in lower case; none when a branch asks for nothing.</summary>
    public static ImmutableArray<ImmutableArray<ImmutableArray<string>>> Of(string pattern)
    {
        RequiredWords reader = new(pattern);
        List<List<ImmutableArray<string>>> branches = reader.Branches();
        return reader._at < pattern.Length || branches.Any(b => b.Count == 0) ? [] : [.. branches.Select(b => b.ToImmutableArray())];
    }

    /// <summary>Alternatives up to a closing bracket or the end.</summary>
    private List<List<ImmutableArray<string>>> Branches()
    {
        List<List<ImmutableArray<string>>> branches = [Sequence()];
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            branches.Add(Sequence());
        }
        return branches;
    }

    private List<ImmutableArray<string>> Sequence()
    {
        List<ImmutableArray<string>> groups = [];
        StringBuilder word = new();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            char c = _pattern[_at];
            if (c == '(')
            {
                Flush(word, groups);
                Group(groups);
                continue;
            }
            char? letter = Single();
            bool repeated = Quantifier(out bool optional);
            if (letter is not char plain)
                Flush(word, groups);
            else if (optional)
                Flush(word, groups);
            else
            {
                word.Append(plain);
                if (repeated)
                    Flush(word, groups);
            }
        }
        Flush(word, groups);
        return groups;
    }

    /// <summary>One of a bracket's alternatives has to be there, so one word of each of them.</summary>
    private void Group(List<ImmutableArray<string>> groups)
    {
        _at++;
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            while (_at < _pattern.Length && _pattern[_at] is not ('>' or ':'))
                _at++;
            _at++;
        }
        List<List<ImmutableArray<string>>> inner = Branches();
        _at++;
        Quantifier(out bool optional);
        if (optional || inner.Any(b => b.Count == 0))
            return;
        if (inner.Count == 1)
            groups.AddRange(inner[0]);
        else
            groups.Add([.. inner.SelectMany(b => b.MaxBy(g => g.Min(w => w.Length))).Distinct()]);
    }

    /// <summary>A sign of the pattern; null when it stands for several characters, or for none.</summary>
    private char? Single()
    {
        char c = _pattern[_at++];
        switch (c)
        {
            case '\\':
                char escaped = _pattern[_at++];
                return char.IsAsciiLetterOrDigit(escaped) ? null : escaped;
            case '[':
                if (_at < _pattern.Length && _pattern[_at] == '^')
                    _at++;
                if (_at < _pattern.Length && _pattern[_at] == ']')
                    _at++;
                while (_at < _pattern.Length && _pattern[_at] != ']')
                    _at += _pattern[_at] == '\\' ? 2 : 1;
                _at++;
                return null;
            case '.' or '^' or '$':
                return null;
            default:
                return char.ToLowerInvariant(c);
        }
    }

    /// <summary>Whether there is one; <paramref name="optional"/> when it allows for none.</summary>
    private bool Quantifier(out bool optional)
    {
        optional = false;
        if (_at >= _pattern.Length || _pattern[_at] is not ('*' or '+' or '?' or '{'))
            return false;
        char c = _pattern[_at++];
        if (c == '{')
        {
            optional = _pattern[_at] is '0' or ',';
            while (_at < _pattern.Length && _pattern[_at++] != '}')
            {
            }
        }
        else
            optional = c is '*' or '?';
        if (_at < _pattern.Length && _pattern[_at] == '?')
            _at++; // lazy
        return true;
    }

    private static void Flush(StringBuilder word, List<ImmutableArray<string>> groups)
    {
        if (word.Length >= Shortest)
            groups.Add([word.ToString()]);
        word.Clear();
    }
}
