using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// RFC 8878, 3.1.1.1; numbers little-endian:
//   0  4  28 B5 2F FD
//   4  1  bits 6-7 length of the plain size (0, 2, 4, 8; 1 in place of 0 with a single segment), 20 single segment,
//         8 reserved, 4 check at the end, bits 0-1 length of the dictionary id (0, 1, 2, 4)
//   5     [window: 1 << 10 + (b >> 3), plus (b & 7) eighths; not with a single segment] [dictionary id] [plain size, 2 bytes count from 256]

/// <summary>Header of a zstd frame.</summary>
internal readonly record struct ZstdHeader(int Length, long Window, long PlainSize, bool Checked, uint Dictionary)
{
    public const uint Magic = 0xFD2FB528;

    public const long Unknown = -1;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out ZstdHeader header)
    {
        header = default;
        if (bytes.Length < 6 || (bytes[4] & 8) != 0)
            return false;
        bool single = (bytes[4] & 0x20) != 0;
        int sizeLength = bytes[4] >> 6 == 0 ? single ? 1 : 0 : 1 << (bytes[4] >> 6);
        int idLength = (bytes[4] & 3) == 3 ? 4 : bytes[4] & 3;
        int idAt = single ? 5 : 6, sizeAt = idAt + idLength;
        if (bytes.Length < sizeAt + sizeLength)
            return false;
        long size = sizeLength switch
        {
            0 => Unknown,
            1 => bytes[sizeAt],
            2 => bytes.Le16(sizeAt) + 256,
            4 => bytes.Le32(sizeAt),
            _ => (long)(bytes.Le64(sizeAt) & long.MaxValue),
        };
        long window = single ? size : (1L << 10 + (bytes[5] >> 3)) / 8 * (8 + (bytes[5] & 7));
        uint dictionary = idLength switch { 0 => 0, 1 => bytes[idAt], 2 => bytes.Le16(idAt), _ => bytes.Le32(idAt) };
        header = new(sizeAt + sizeLength, window, size, (bytes[4] & 4) != 0, dictionary);
        return true;
    }
}
