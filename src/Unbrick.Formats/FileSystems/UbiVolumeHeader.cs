using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// At the offset that the erase counter header gives, big-endian (linux drivers/mtd/ubi/ubi-media.h, struct ubi_vid_hdr):
//   00  4  "UBI!"                         08  4  volume (7FFFEFFF: volume table)   1C  4  bytes unused at the end of each LEB
//   04  1  version 1                      0C  4  which logical erase block (LEB)   20  4  CRC of the data (static volumes, copies)
//   05  1  1 dynamic, 2 static            14  4  length of the data                28  8  sequence number: higher is newer
//   06  1  1: a copy made by UBI          18  4  LEBs in use (static volumes)      3C  4  CRC (not inverted) of the 0x3C before

/// <summary>The volume header of a UBI block: which piece of which volume it holds.</summary>
public readonly record struct UbiVolumeHeader(
    byte Type, bool Copy, uint Volume, uint Block, uint DataSize, uint UsedBlocks, uint DataPad, uint DataCrc, ulong Sequence, bool CrcFits)
{
    public const int Size = 64;

    public const int Covered = 0x3C;

    public const int DataCrcOffset = 0x20;

    public const byte Static = 2;

    /// <summary>Id of the volume that holds the volume table, in two copies.</summary>
    public const uint TableVolume = 0x7FFF_EFFF;

    public static ReadOnlySpan<byte> Magic => "UBI!"u8;

    /// <summary>The data has a CRC.</summary>
    public bool HasDataCrc => Type == Static || Copy;

    /// <summary>False when there is none: too few bytes, or another magic number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out UbiVolumeHeader header)
    {
        header = default;
        if (bytes.Length < Size || !bytes.Has(Magic))
            return false;
        header = new(
            bytes[5], bytes[6] == 1, bytes.Be32(8), bytes.Be32(0xC), bytes.Be32(0x14), bytes.Be32(0x18), bytes.Be32(0x1C), bytes.Be32(0x20),
            bytes.Be64(0x28), Crc32.NotInverted(bytes[..Covered]) == bytes.Be32(Covered));
        return true;
    }
}
