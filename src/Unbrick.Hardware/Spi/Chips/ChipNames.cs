namespace Unbrick.Hardware.Spi.Chips;

/// <summary>Part numbers as people write them.</summary>
internal static class ChipNames
{
    /// <summary>A part number of fewer letters names a family.</summary>
    public const int Shortest = 6;

    private const int MostNear = 5;

    /// <summary>The part number without maker, in capitals: <c>winbond w25q64fv</c> gives <c>W25Q64FV</c>.</summary>
    public static string PartOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] words = name.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? "" : words[^1].ToUpperInvariant();
    }

    /// <summary>A name of the list with dots for letters (<c>W25Q64.W</c>) covers a part number, and what stands behind it.</summary>
    public static bool IsCovered(string part, string pattern)
    {
        if (!pattern.Contains('.', StringComparison.Ordinal) || pattern.Length < Shortest || part.Length < pattern.Length)
            return false;
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '.' && char.ToUpperInvariant(pattern[i]) != part[i])
                return false;
        }
        return true;
    }

    /// <summary>Names in which at most a third of the letters differ, the nearest first.</summary>
    public static IReadOnlyList<string> Near(string part, IEnumerable<string> names)
    {
        if (part.Length is 0 or > 40)
            return [];
        return [.. names.Distinct().Select(name => (name, Distance: Distance(part, name.ToUpperInvariant())))
            .Where(n => n.Distance <= Math.Max(1, part.Length / 3)).OrderBy(n => n.Distance).ThenBy(n => n.name, StringComparer.Ordinal)
            .Take(MostNear).Select(n => n.name)];
    }

    /// <summary>Letters to change, add or drop (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int corner = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int above = row[j + 1];
                row[j + 1] = Math.Min(Math.Min(above, row[j]) + 1, corner + (a[i] == b[j] ? 0 : 1));
                corner = above;
            }
        }
        return row[^1];
    }
}
