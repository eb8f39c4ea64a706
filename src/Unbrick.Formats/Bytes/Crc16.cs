namespace Unbrick.Formats.Bytes;

/// <summary>CRC-16 with the polynomial 0x8005, highest bit first, nothing inverted at the end; the formats differ in how they begin.</summary>
public static class Crc16
{
    private const ushort Polynomial = 0x8005;
    private static readonly ushort[] s_table = MakeTable();

    /// <summary>Begins with all ones (CRC-16/CMS).</summary>
    public static ushort Cms(ReadOnlySpan<byte> bytes) => Update(ushort.MaxValue, bytes);

    /// <summary>Goes on from a state.</summary>
    public static ushort Update(ushort state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            state = (ushort)(state << 8 ^ s_table[state >> 8 ^ b]);
        return state;
    }

    private static ushort[] MakeTable()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int value = i << 8;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 0x8000) != 0 ? value << 1 ^ Polynomial : value << 1;
            table[i] = (ushort)value;
        }
        return table;
    }
}
