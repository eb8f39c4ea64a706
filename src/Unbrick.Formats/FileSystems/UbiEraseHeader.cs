using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// First 64 bytes of every physical erase block (PEB), big-endian (linux drivers/mtd/ubi/ubi-media.h, struct ubi_ec_hdr):
//   00  4  "UBI#"         10  4  offset of the volume header     1C 32  0
//   04  1  version 1      14  4  offset of the data              3C  4  CRC (not inverted) of the 0x3C before
//   08  8  erase counter  18  4  image sequence number, the same in all PEBs of one UBI; 0 with old tools

/// <summary>The erase counter header of a UBI block.</summary>
public readonly record struct UbiEraseHeader(ulong EraseCount, uint VolumeHeaderAt, uint DataAt, uint ImageSequence, bool MagicFits, bool CrcFits)
{
    public const int Size = 64;

    /// <summary>What the header's CRC covers.</summary>
    public const int Covered = 0x3C;

    public static ReadOnlySpan<byte> Magic => "UBI#"u8;

    /// <summary>False when the bytes are too few. <see cref="CrcFits"/> tells of the CRC with the magic number put right.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out UbiEraseHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return false;
        uint crc = Crc32.Update(Crc32.Update(uint.MaxValue, Magic), bytes[4..Covered]);
        header = new(
            bytes.Be64(8), bytes.Be32(0x10), bytes.Be32(0x14), bytes.Be32(0x18),
            bytes.Has(Magic), crc == bytes.Be32(Covered) && bytes[4] == 1);
        return true;
    }
}
