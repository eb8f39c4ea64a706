namespace Unbrick.Formats.Bytes;

/// <summary>Adler-32 (RFC 1950, 8.2).</summary>
public static class Adler32
{
    public const uint Start = 1;

    private const uint Modulus = 65521;

    /// <summary>Bytes after which the sums have to be reduced before 32 bits overflow.</summary>
    private const int MostAtOnce = 5552;

    public static uint Compute(ReadOnlySpan<byte> bytes) => Update(Start, bytes);

    /// <summary>Goes on from a state.</summary>
    public static uint Update(uint state, ReadOnlySpan<byte> bytes)
    {
        uint low = state & 0xFFFF, high = state >> 16;
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, MostAtOnce);
            foreach (byte b in bytes[..count])
            {
                low += b;
                high += low;
            }
            low %= Modulus;
            high %= Modulus;
            bytes = bytes[count..];
        }
        return high << 16 | low;
    }
}
