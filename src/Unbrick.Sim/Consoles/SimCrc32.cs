namespace Unbrick.Sim.Consoles;

/// <summary>CRC-32 as zlib and U-Boot have it: polynomial EDB88320, from and to the complement. Of its own, so that no mistake is shared.</summary>
internal static class SimCrc32
{
    private static readonly uint[] s_table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
            crc = crc >> 8 ^ s_table[(byte)crc ^ one];
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ (crc & 1) * 0xEDB8_8320;
            table[i] = crc;
        }
        return table;
    }
}
