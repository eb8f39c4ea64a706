namespace Unbrick.Formats.Vendors;

/// <summary>The two checksums of Buffalo files (firmware-utils src/buffalo-lib.c).</summary>
internal static class BuffaloChecksums
{
    private static readonly uint[] s_reflected = MakeReflected();
    private static readonly uint[] s_straight = MakeStraight();

    /// <summary>Of enciphered files: CRC-32 over signed bytes, begun with the length, not inverted.</summary>
    public static uint OfPlain(ReadOnlySpan<byte> bytes)
    {
        uint state = (uint)bytes.Length;
        foreach (byte b in bytes)
        {
            state ^= (uint)(sbyte)b;
            state = state >> 8 ^ s_reflected[state & 0xFF];
        }
        return state;
    }

    /// <summary>Of tagged files: as POSIX cksum, with the four bytes at <paramref name="zeroAt"/> as zero.</summary>
    public static uint OfTagged(ReadOnlySpan<byte> bytes, int zeroAt)
    {
        uint state = Straight(0, bytes[..zeroAt]);
        state = Straight(state, [0, 0, 0, 0]);
        state = Straight(state, bytes[(zeroAt + 4)..]);
        for (uint length = (uint)bytes.Length; length > 0; length >>= 8)
            state = Straight(state, [(byte)length]);
        return ~state;
    }

    private static uint Straight(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            state = state << 8 ^ s_straight[state >> 24 ^ b];
        return state;
    }

    private static uint[] MakeReflected()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? value >> 1 ^ 0xEDB88320 : value >> 1;
            table[i] = value;
        }
        return table;
    }

    private static uint[] MakeStraight()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i << 24;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 0x80000000) != 0 ? value << 1 ^ 0x04C11DB7 : value << 1;
            table[i] = value;
        }
        return table;
    }
}
