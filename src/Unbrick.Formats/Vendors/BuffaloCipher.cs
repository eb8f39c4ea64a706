namespace Unbrick.Formats.Vendors;

/// <summary>
/// RC4 as Buffalo uses it (firmware-utils src/buffalo-lib.c): the key is a seed byte and a word. Some boards take a state as long as the data in
/// place of 256 bytes ("longstate"); its counters stay bytes all the same.
/// </summary>
internal static class BuffaloCipher
{
    /// <summary>The word that every known board has.</summary>
    public static ReadOnlySpan<byte> UsualKey => "Buffalo"u8;

    private const int UsualState = 256;

    /// <summary>Enciphers or deciphers, which is the same.</summary>
    public static byte[] Apply(byte seed, ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, bool longState)
    {
        byte[] result = new byte[bytes.Length];
        if (bytes.IsEmpty)
            return result;
        byte[] state = MakeState(seed, key, longState ? bytes.Length : UsualState);
        byte i = 0, j = 0;
        for (int k = 0; k < bytes.Length; k++)
        {
            i = (byte)((i + 1) % state.Length);
            j = (byte)((j + state[i]) % state.Length);
            (state[i], state[j]) = (state[j], state[i]);
            result[k] = (byte)(bytes[k] ^ state[(state[i] + state[j]) % state.Length]);
        }
        return result;
    }

    private static byte[] MakeState(byte seed, ReadOnlySpan<byte> key, int length)
    {
        byte[] state = new byte[length];
        for (int i = 0; i < length; i++)
            state[i] = (byte)i;
        int mixed = 0;
        for (int i = 0; i < length; i++)
        {
            int at = i % (key.Length + 1);
            mixed = (mixed + (at == 0 ? seed : key[at - 1]) + state[i]) % length;
            (state[i], state[mixed]) = (state[mixed], state[i]);
        }
        return state;
    }
}
