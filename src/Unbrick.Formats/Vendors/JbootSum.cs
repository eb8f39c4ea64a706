using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

/// <summary>
/// Checksum of D-Link's boot loader JBOOT: the little-endian words added with the carry brought round (openwrt/firmware-utils
/// src/mkdlinkfw-lib.c, jboot_checksum). Of an odd length the last byte counts less 0xFF.
/// </summary>
internal static class JbootSum
{
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int at = 0; at + 2 <= bytes.Length; at += 2)
        {
            sum += bytes.Le16(at);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        if (bytes.Length % 2 != 0)
            sum = unchecked(sum + bytes[^1] - 0xFF);
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)sum;
    }

    /// <summary>As headers store their own: turned over.</summary>
    public static ushort Inverted(ReadOnlySpan<byte> bytes) => (ushort)~Of(bytes);
}
