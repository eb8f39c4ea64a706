using System.Globalization;

namespace Unbrick.Recovery.Images;

/// <summary>MAC addresses as numbers, so that "the next one" and "near the label" are plain arithmetic.</summary>
internal static class MacText
{
    public const int Bytes = 6;

    /// <summary><c>02:aa:bb:cc:dd:ee</c>, <c>02-AA-…</c> or twelve digits; null when it is none of these.</summary>
    public static ulong? TryParse(ReadOnlySpan<char> text)
    {
        Span<char> digits = stackalloc char[2 * Bytes];
        int count = 0;
        foreach (char c in text)
        {
            if (c is ':' or '-' or '.')
                continue;
            if (!char.IsAsciiHexDigit(c) || count == digits.Length)
                return null;
            digits[count++] = c;
        }
        return count == digits.Length ? ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : null;
    }

    public static ulong Read(ReadOnlySpan<byte> bytes)
    {
        ulong mac = 0;
        foreach (byte b in bytes[..Bytes])
            mac = mac << 8 | b;
        return mac;
    }

    /// <summary>A single station's address: not a group, not empty flash, and of a vendor (formats.md section 19).</summary>
    public static bool IsPlausible(ulong mac) => (mac >> 40 & 1) == 0 && mac >> 24 != 0 && (mac & 0xFFFFFF) is not (0 or 0xFFFFFF);

    public static string Show(ulong mac) => string.Join(':', Enumerable.Range(0, Bytes).Select(i => $"{(byte)(mac >> (8 * (Bytes - 1 - i))):x2}"));
}
