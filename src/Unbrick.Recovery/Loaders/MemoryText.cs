using System.Globalization;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// Lines of <c>md.b</c>: address, colon, up to 16 bytes, and the same bytes as characters. Both halves have to agree, so that a byte that was lost
/// or changed on the way is noticed in its line.
/// </summary>
public static class MemoryText
{
    /// <summary>Bytes in a line.</summary>
    public const int PerLine = 16;

    /// <summary>Reads one line into the place it belongs to.</summary>
    /// <param name="line">As printed.</param>
    /// <param name="address">First address wanted.</param>
    /// <param name="into">Bytes wanted.</param>
    /// <param name="have">For each line of 16 whether it is there.</param>
    /// <returns>False when it is no such line, is damaged, or belongs elsewhere.</returns>
    public static bool TryTake(ReadOnlySpan<char> line, ulong address, Span<byte> into, Span<bool> have)
    {
        int colon = line.IndexOf(':');
        if (colon is not (8 or 16) || !ulong.TryParse(line[..colon], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong at))
            return false;
        if (at < address || at - address >= (ulong)into.Length || (at - address) % PerLine != 0)
            return false;
        int offset = (int)(at - address), count = Math.Min(PerLine, into.Length - offset);
        ReadOnlySpan<char> rest = line[(colon + 1)..];
        Span<byte> bytes = stackalloc byte[PerLine];
        for (int i = 0; i < count; i++)
        {
            int where = i * 3;
            if (rest.Length < where + 3 || rest[where] != ' '
                || !byte.TryParse(rest.Slice(where + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }
        rest = rest[(count * 3)..];
        if (rest.Length < count || !rest[..^count].IsWhiteSpace())
            return false;
        for (int i = 0; i < count; i++)
        {
            if (rest[^(count - i)] != (bytes[i] is >= 0x20 and < 0x7f ? (char)bytes[i] : '.'))
                return false;
        }
        bytes[..count].CopyTo(into[offset..]);
        have[offset / PerLine] = true;
        return true;
    }
}
