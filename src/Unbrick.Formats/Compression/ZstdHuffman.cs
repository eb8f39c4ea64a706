using System.Numerics;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>The Huffman code of zstd's literals (RFC 8878, 4.2).</summary>
internal sealed class ZstdHuffman
{
    private const int MostBits = 11;
    private readonly ushort[] _table = new ushort[1 << MostBits];
    private readonly FseTable _weightTable = new();
    private int _bits;

    /// <summary>There is a code, from this block or one before.</summary>
    public bool Made => _bits > 0;

    public void Forget() => _bits = 0;

    /// <summary>Reads the description of the code. False when it makes no sense.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, ref int at)
    {
        _bits = 0;
        if (at >= bytes.Length)
            return false;
        Span<byte> weights = stackalloc byte[256];
        int header = bytes[at++], count;
        if (header >= 128)
        {
            count = header - 127;
            if (bytes.Length - at < (count + 1) / 2)
                return false;
            for (int i = 0; i < count; i++)
                weights[i] = (byte)((i & 1) == 0 ? bytes[at + (i / 2)] >> 4 : bytes[at + (i / 2)] & 15);
            at += (count + 1) / 2;
        }
        else
        {
            if (bytes.Length - at < header)
                return false;
            count = ReadWeights(bytes.Slice(at, header), weights);
            at += header;
        }
        return count > 0 && Make(weights, count);
    }

    /// <summary>Decodes one stream, which must be used up to its last bit.</summary>
    public bool TryDecode(ReadOnlySpan<byte> stream, Span<byte> literals)
    {
        BackwardBits bits = new(stream);
        if (!bits.Valid)
            return false;
        ushort[] table = _table;
        int width = _bits;
        for (int i = 0; i < literals.Length; i++)
        {
            ushort entry = table[bits.Peek(width)];
            bits.Skip(entry & 15);
            literals[i] = (byte)(entry >> 4);
        }
        return bits.Left == 0;
    }

    /// <summary>Four streams of a quarter each, behind a table of the first three lengths.</summary>
    public bool TryDecodeFour(ReadOnlySpan<byte> streams, Span<byte> literals)
    {
        if (streams.Length < 10)
            return false;
        int quarter = (literals.Length + 3) / 4, at = 6;
        for (int i = 0; i < 4; i++)
        {
            int length = i < 3 ? streams.Le16(2 * i) : streams.Length - at;
            if (length > streams.Length - at || 3 * quarter > literals.Length)
                return false;
            Span<byte> part = i < 3 ? literals.Slice(i * quarter, quarter) : literals[(3 * quarter)..];
            if (!TryDecode(streams.Slice(at, length), part))
                return false;
            at += length;
        }
        return true;
    }

    /// <summary>Two states take turns until the bits are used up.</summary>
    private int ReadWeights(ReadOnlySpan<byte> bytes, Span<byte> weights)
    {
        int at = 0;
        if (!_weightTable.TryRead(bytes, ref at, 6, 13))
            return 0;
        BackwardBits bits = new(bytes[at..]);
        if (!bits.Valid)
            return 0;
        int one = (int)bits.Take(_weightTable.Log), two = (int)bits.Take(_weightTable.Log);
        int count = 0;
        while (count < 254)
        {
            weights[count++] = _weightTable.Symbol(one);
            int width = _weightTable.Bits(one);
            if (bits.Left < width)
            {
                weights[count++] = _weightTable.Symbol(two);
                return bits.Left >= 0 ? count : 0;
            }
            (one, two) = (two, _weightTable.Next(one, bits.Take(width)));
        }
        return 0;
    }

    private bool Make(Span<byte> weights, int count)
    {
        int sum = 0;
        foreach (byte weight in weights[..count])
        {
            if (weight > MostBits + 1)
                return false;
            sum += weight > 0 ? 1 << weight - 1 : 0;
        }
        if (sum == 0)
            return false;
        int most = BitOperations.Log2((uint)sum) + 1;
        int rest = (1 << most) - sum;
        if (most > MostBits || !BitOperations.IsPow2(rest))
            return false;
        weights[count++] = (byte)(BitOperations.Log2((uint)rest) + 1);
        int at = 0;
        for (int weight = 1; weight <= most; weight++)
        {
            ushort length = (ushort)(most + 1 - weight);
            for (int symbol = 0; symbol < count; symbol++)
            {
                if (weights[symbol] != weight)
                    continue;
                _table.AsSpan(at, 1 << weight - 1).Fill((ushort)(symbol << 4 | length));
                at += 1 << weight - 1;
            }
        }
        _bits = most;
        return at == 1 << most;
    }
}
