namespace Unbrick.Formats.Compression;

/// <summary>A canonical Huffman code of at most 20 bits, highest bit first: a table for the short codes, counting for the others.</summary>
internal sealed class Bzip2Code
{
    private const int TableBits = 10, MostBits = 20;
    private readonly ushort[] _table = new ushort[1 << TableBits];
    private readonly ushort[] _symbols = new ushort[258];
    private readonly int[] _counts = new int[MostBits + 1];

    /// <summary>Lengths are 1 to 20. Codes that do not fit them are left out: their bits lead to no symbol.</summary>
    public void Make(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(_counts);
        Array.Clear(_table);
        foreach (byte length in lengths)
            _counts[length]++;
        int used = 0;
        long code = 0;
        for (int length = 1; length <= MostBits; length++, code <<= 1)
        {
            for (int symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != length)
                    continue;
                _symbols[used++] = (ushort)symbol;
                if (length <= TableBits && code < 1 << length)
                    _table.AsSpan((int)code << TableBits - length, 1 << TableBits - length).Fill((ushort)(symbol << 5 | length));
                code++;
            }
        }
    }

    /// <summary>The next symbol, -1 when the bits are none.</summary>
    public int Next(ref BigEndianBits bits)
    {
        uint next = bits.Peek(MostBits);
        int entry = _table[next >> MostBits - TableBits];
        if (entry != 0)
        {
            bits.Skip(entry & 31);
            return entry >> 5;
        }
        int first = 0, index = 0;
        for (int length = 1; length <= MostBits; length++)
        {
            int code = (int)(next >> MostBits - length);
            int count = _counts[length];
            if (code - count < first && code >= first)
            {
                bits.Skip(length);
                return _symbols[index + code - first];
            }
            index += count;
            first = first + count << 1;
        }
        return -1;
    }
}
