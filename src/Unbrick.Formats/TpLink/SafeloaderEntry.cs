using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Unbrick.Core.Text;

namespace Unbrick.Formats.TpLink;

/// <summary>A line of one of the two tables of a safeloader image: <c>fwup-ptn os-image base 0x01227 size 0x02328</c>.</summary>
internal readonly record struct SafeloaderEntry(string Name, long Base, long Size)
{
    /// <summary>Lines that are read at the most; the largest known table has 28.</summary>
    private const int Most = 64;

    public long End => Base + Size;

    /// <summary>The name without the number of the half of the flash that it is for: <c>os-image@1</c>.</summary>
    public string Kind => Name.Split('@')[0];

    /// <summary>The lines with this first word, up to the NUL or FF behind them; <paramref name="sound"/> is false when a line is none.</summary>
    public static ImmutableArray<SafeloaderEntry> Read(ReadOnlySpan<byte> table, string word, out bool sound)
    {
        sound = true;
        ImmutableArray<SafeloaderEntry>.Builder entries = ImmutableArray.CreateBuilder<SafeloaderEntry>();
        int end = table.IndexOfAny((byte)0, (byte)0xFF);
        ReadOnlySpan<byte> text = end < 0 ? table : table[..end];
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].Trim("\t\r "u8);
            if (line.IsEmpty)
                continue;
            if (entries.Count < Most && TryRead(Encoding.Latin1.GetString(line), word, out SafeloaderEntry entry))
                entries.Add(entry);
            else
                sound = false;
        }
        return entries.DrainToImmutable();
    }

    private static bool TryRead(string line, string word, out SafeloaderEntry entry)
    {
        entry = default;
        string[] words = line.Split(' ', 7);
        if (words is not [string first, string name, "base", string start, "size", string size] || first != word
            || !TryHex(start, out uint from) || !TryHex(size, out uint length))
            return false;
        entry = new(SafeText.Show(name, 32), from, length);
        return true;
    }

    private static bool TryHex(string text, out uint value)
    {
        value = 0;
        return text.StartsWith("0x", StringComparison.Ordinal)
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
