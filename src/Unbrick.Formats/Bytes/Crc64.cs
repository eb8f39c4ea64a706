using System.Buffers.Binary;

namespace Unbrick.Formats.Bytes;

/// <summary>CRC-64 of ECMA-182 in its reflected form, as xz files use it; eight bytes a step.</summary>
public static class Crc64
{
    private const ulong Polynomial = 0xC96C_5795_D787_0F42;
    private static readonly ulong[] s_table = MakeTable();

    public static ulong Compute(ReadOnlySpan<byte> bytes) => ~Update(ulong.MaxValue, bytes);

    /// <summary>Goes on from a state; begins with all ones, inverted at the end.</summary>
    public static ulong Update(ulong state, ReadOnlySpan<byte> bytes)
    {
        ulong[] table = s_table;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ state;
            state = 0;
            for (int i = 0; i < 8; i++)
                state ^= table[((7 - i) * 256) + (int)(word >> 8 * i & 0xFF)];
            bytes = bytes[8..];
        }
        foreach (byte b in bytes)
            state = state >> 8 ^ table[(int)((state ^ b) & 0xFF)];
        return state;
    }

    private static ulong[] MakeTable()
    {
        ulong[] table = new ulong[8 * 256];
        for (int i = 0; i < table.Length; i++)
        {
            if (i >= 256)
            {
                ulong before = table[i - 256];
                table[i] = before >> 8 ^ table[before & 0xFF];
                continue;
            }
            ulong value = (ulong)i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? value >> 1 ^ Polynomial : value >> 1;
            table[i] = value;
        }
        return table;
    }
}
