namespace Unbrick.Formats.Compression;

/// <summary>
/// A canonical Huffman code of at most 15 bits whose bits come lowest first (RFC 1951, 3.2.2): a table for codes up to
/// <see cref="TableBits"/>, counting for the few longer ones.
/// </summary>
internal sealed class Huffman
{
    public const int TableBits = 10, MostBits = 15;

    private readonly ushort[] _table = new ushort[1 << TableBits];
    private readonly ushort[] _symbols = new ushort[288];
    private readonly ushort[] _counts = new ushort[MostBits + 1];

    /// <summary>Entry for the next ten bits: symbol * 16 + length, 0 when the code is longer.</summary>
    public ushort[] Table => _table;

    /// <summary>Makes the code from the lengths. False when they fit no code: too many codes, or too few unless it is a single one.</summary>
    public bool TryMake(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(_table);
        Array.Clear(_counts);
        foreach (byte length in lengths)
            _counts[length]++;
        _counts[0] = 0;
        Span<ushort> next = stackalloc ushort[MostBits + 2];
        Span<ushort> place = stackalloc ushort[MostBits + 2];
        int left = 1, used = 0, code = 0;
        for (int length = 1; length <= MostBits; length++)
        {
            left = (left << 1) - _counts[length];
            if (left < 0)
                return false;
            code = code + _counts[length - 1] << 1;
            next[length] = (ushort)code;
            place[length] = (ushort)used;
            used += _counts[length];
        }
        if (left > 0 && !(used == 1 && _counts[1] == 1) && used != 0)
            return false;
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
                continue;
            _symbols[place[length]++] = (ushort)symbol;
            int reversed = Reverse(next[length]++, length);
            if (length > TableBits)
                continue;
            for (int i = reversed; i < _table.Length; i += 1 << length)
                _table[i] = (ushort)(symbol << 4 | length);
        }
        return true;
    }

    /// <summary>Symbol * 16 + length for codes longer than the table's, -1 when the bits are no code.</summary>
    public int Long(ulong bits)
    {
        int code = 0, first = 0, index = 0;
        for (int length = 1; length <= MostBits; length++)
        {
            code |= (int)(bits & 1);
            bits >>= 1;
            int count = _counts[length];
            if (code - count < first)
                return _symbols[index + code - first] << 4 | length;
            index += count;
            first = first + count << 1;
            code <<= 1;
        }
        return -1;
    }

    private static int Reverse(int code, int length)
    {
        int reversed = 0;
        for (int i = 0; i < length; i++, code >>= 1)
            reversed = reversed << 1 | code & 1;
        return reversed;
    }
}
