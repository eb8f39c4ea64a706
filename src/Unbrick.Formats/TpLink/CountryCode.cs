using System.Text;

namespace Unbrick.Formats.TpLink;

/// <summary>TP-Link writes countries as the hex of their letters, filled with zeros to eight digits: <c>55530000</c> is US.</summary>
internal static class CountryCode
{
    /// <summary>The letters of eight hex digits, or null when they are none (<c>00000000</c> is universal).</summary>
    public static string? Letters(ReadOnlySpan<byte> digits)
    {
        if (digits.Length != 8)
            return null;
        Span<byte> letters = stackalloc byte[4];
        if (Convert.FromHexString(Encoding.ASCII.GetString(digits), letters, out _, out int length) != System.Buffers.OperationStatus.Done)
            return null;
        ReadOnlySpan<byte> text = letters[..length].TrimEnd((byte)0);
        return text.IsEmpty || text.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') >= 0 ? null : Encoding.ASCII.GetString(text);
    }

    /// <summary>The eight digits of a country of up to four letters.</summary>
    public static string Digits(string letters) => Convert.ToHexString(Encoding.ASCII.GetBytes(letters)).PadRight(8, '0');
}
