using System.Buffers.Binary;

namespace Unbrick.Formats.Bytes;

/// <summary>
/// CRC-32 with the reflected polynomial 0xEDB88320 (zlib, Ethernet), eight bytes a step. The formats differ in how they begin and end:
/// <see cref="Zlib"/> as zlib, <see cref="NotInverted"/> without the inversion at the end (TRX, HDR1, UBI, fwtool), <see cref="Raw"/> from 0
/// (JFFS2).
/// </summary>
public static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] s_table = MakeTable();

    /// <summary>As zlib computes it.</summary>
    public static uint Zlib(ReadOnlySpan<byte> bytes) => ~Update(uint.MaxValue, bytes);

    /// <summary>Begins with all ones, no inversion at the end.</summary>
    public static uint NotInverted(ReadOnlySpan<byte> bytes) => Update(uint.MaxValue, bytes);

    /// <summary>Begins with 0, no inversion at the end.</summary>
    public static uint Raw(ReadOnlySpan<byte> bytes) => Update(0, bytes);

    /// <summary>Goes on from a state; for data in pieces, or with a field replaced.</summary>
    public static uint Update(uint state, ReadOnlySpan<byte> bytes)
    {
        uint[] table = s_table;
        while (bytes.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = table[(7 * 256) + (low & 0xFF)] ^ table[(6 * 256) + (low >> 8 & 0xFF)]
                ^ table[(5 * 256) + (low >> 16 & 0xFF)] ^ table[(4 * 256) + (low >> 24)]
                ^ table[(3 * 256) + (high & 0xFF)] ^ table[(2 * 256) + (high >> 8 & 0xFF)]
                ^ table[256 + (high >> 16 & 0xFF)] ^ table[high >> 24];
            bytes = bytes[8..];
        }
        foreach (byte b in bytes)
            state = state >> 8 ^ table[(state ^ b) & 0xFF];
        return state;
    }

    /// <summary>Goes on with the same byte many times over: fields that count as zero, padding.</summary>
    public static uint Update(uint state, byte value, int count)
    {
        for (; count > 0; count--)
            state = state >> 8 ^ s_table[(state ^ value) & 0xFF];
        return state;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? value >> 1 ^ Polynomial : value >> 1;
            table[i] = value;
        }
        for (int step = 1; step < 8; step++)
        {
            for (int i = 0; i < 256; i++)
            {
                uint before = table[((step - 1) * 256) + i];
                table[(step * 256) + i] = before >> 8 ^ table[before & 0xFF];
            }
        }
        return table;
    }
}
