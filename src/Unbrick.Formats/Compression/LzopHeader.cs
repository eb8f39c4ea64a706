using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// lzop 1.04 src/lzop.c (write_header); numbers big-endian:
//   00  9  89 4C 5A 4F 00 0D 0A 1A 0A
//   09  2  version      0D  2  version needed (from 0940 on)     10  4  flags
//   0B  2  library's    0F  1  method, 1 level (from 0940 on)    [filter (4) if flag 800], mode (4), time (4), [high time (4) from 0940 on]
//   length of the name (1), name, Adler-32 (CRC-32 if flag 1000) of everything since 09; [extra field: length (4), bytes, check (4)] if flag 40

/// <summary>Header of an lzop file.</summary>
internal readonly record struct LzopHeader(int Length, int Method, uint Flags, int NameAt, int NameLength, uint Stored, uint Computed)
{
    public const uint PlainAdler = 1, PackedAdler = 2, ExtraField = 0x40, PlainCrc = 0x100, PackedCrc = 0x200, Filter = 0x800, HeaderCrc = 0x1000;

    private const int FixedLength = 9;

    public bool Fits => Stored == Computed;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out LzopHeader header)
    {
        header = default;
        if (bytes.Length < FixedLength + 2)
            return false;
        bool modern = bytes.Be16(FixedLength) >= 0x0940;
        int methodAt = FixedLength + (modern ? 6 : 4);
        int flagsAt = methodAt + (modern ? 2 : 1);
        if (bytes.Length < flagsAt + 4)
            return false;
        uint flags = bytes.Be32(flagsAt);
        int nameAt = flagsAt + 4 + ((flags & Filter) != 0 ? 4 : 0) + (modern ? 12 : 8);
        if (bytes.Length <= nameAt)
            return false;
        int checkAt = nameAt + 1 + bytes[nameAt];
        if (bytes.Length < checkAt + 4)
            return false;
        ReadOnlySpan<byte> covered = bytes[FixedLength..checkAt];
        long end = checkAt + 4L;
        if ((flags & ExtraField) != 0)
        {
            if (bytes.Length < end + 4)
                return false;
            end += 8L + bytes.Be32((int)end);
        }
        if (end > bytes.Length)
            return false;
        uint computed = (flags & HeaderCrc) != 0 ? Crc32.Zlib(covered) : Adler32.Compute(covered);
        header = new((int)end, bytes[methodAt], flags, nameAt + 1, bytes[nameAt], bytes.Be32(checkAt), computed);
        return true;
    }
}
