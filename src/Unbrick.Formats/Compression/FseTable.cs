using System.Numerics;

namespace Unbrick.Formats.Compression;

/// <summary>A decoding table of finite state entropy (RFC 8878, 4.1).</summary>
internal sealed class FseTable
{
    private readonly byte[] _symbols = new byte[512], _bits = new byte[512];
    private readonly ushort[] _bases = new ushort[512];

    /// <summary>Bits of the first state; -1 when there is no table.</summary>
    public int Log { get; private set; } = -1;

    public byte Symbol(int state) => _symbols[state];

    public int Bits(int state) => _bits[state];

    /// <summary>The state after this one, given its bits.</summary>
    public int Next(int state, uint bits) => _bases[state] + (int)bits;

    public void Forget() => Log = -1;

    /// <summary>Always the same symbol, without bits.</summary>
    public void MakeSingle(byte symbol)
    {
        Log = 0;
        (_symbols[0], _bits[0], _bases[0]) = (symbol, 0, 0);
    }

    /// <summary>From a distribution: counts of a total of 1 &lt;&lt; log, -1 for less than one.</summary>
    public void Make(ReadOnlySpan<short> counts, int log)
    {
        int size = 1 << log, high = size - 1;
        Span<ushort> next = stackalloc ushort[counts.Length];
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            next[symbol] = (ushort)Math.Abs((int)counts[symbol]);
            if (counts[symbol] == -1)
                _symbols[high--] = (byte)symbol;
        }
        int at = 0, step = (size >> 1) + (size >> 3) + 3;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            for (int i = 0; i < counts[symbol]; i++)
            {
                _symbols[at] = (byte)symbol;
                do
                    at = at + step & size - 1;
                while (at > high);
            }
        }
        for (int state = 0; state < size; state++)
        {
            uint x = next[_symbols[state]]++;
            int bits = log - BitOperations.Log2(x);
            _bits[state] = (byte)bits;
            _bases[state] = (ushort)((x << bits) - size);
        }
        Log = log;
    }

    /// <summary>Reads the description of a distribution (RFC 8878, 4.1.1) and makes the table. False when it makes no sense.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, ref int at, int mostLog, int mostSymbols)
    {
        Log = -1;
        int bitAt = at * 8;
        int log = (int)Bits(bytes, bitAt, 4) + 5;
        bitAt += 4;
        if (log > mostLog || at >= bytes.Length)
            return false;
        Span<short> counts = stackalloc short[mostSymbols];
        int left = (1 << log) + 1, symbol = 0, threshold = 1 << log, width = log + 1;
        while (left > 1 && symbol < mostSymbols)
        {
            int most = (2 * threshold) - 1 - left;
            int value = (int)Bits(bytes, bitAt, width);
            if ((value & threshold - 1) < most)
            {
                value &= threshold - 1;
                bitAt += width - 1;
            }
            else
            {
                if (value >= threshold)
                    value -= most;
                bitAt += width;
            }
            int count = value - 1;
            left -= Math.Abs(count);
            counts[symbol++] = (short)count;
            // A zero is followed by how many more of them, two bits at a time.
            while (count == 0)
            {
                int repeat = (int)Bits(bytes, bitAt, 2);
                bitAt += 2;
                symbol += repeat;
                if (repeat < 3)
                    break;
                if (symbol > mostSymbols)
                    return false;
            }
            while (left < threshold && threshold > 1)
            {
                width--;
                threshold >>= 1;
            }
        }
        at = bitAt + 7 >> 3;
        if (left != 1 || symbol > mostSymbols || at > bytes.Length)
            return false;
        Make(counts[..symbol], log);
        return true;
    }

    private static uint Bits(ReadOnlySpan<byte> bytes, int bitAt, int count)
    {
        uint word = 0;
        for (int i = 0; i < 4; i++)
        {
            int at = (bitAt >> 3) + i;
            if (at < bytes.Length)
                word |= (uint)bytes[at] << 8 * i;
        }
        return word >> (bitAt & 7) & (1u << count) - 1;
    }
}
