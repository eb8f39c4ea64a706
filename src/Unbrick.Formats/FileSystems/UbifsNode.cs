using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Every node begins with 24 bytes, little-endian, at a multiple of 8 (linux fs/ubifs/ubifs-media.h, struct ubifs_ch):
//   00  4  magic 06101831                 10  4  length with this header
//   04  4  CRC (not inverted) from 08 on  14  1  type (6 superblock, 7 master, 5 padding)
//   08  8  sequence number                15  1  group

/// <summary>The header of a UBIFS node.</summary>
public readonly record struct UbifsNode(uint Crc, uint Length, byte Type)
{
    public const int HeaderSize = 24;

    public const uint Magic = 0x0610_1831;

    public const byte Padding = 5, Superblock = 6;

    /// <summary>False when the magic number is not there or the length leaves no node in these bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out UbifsNode node)
    {
        node = default;
        if (bytes.Length < HeaderSize || bytes.Le32(0) != Magic)
            return false;
        node = new(bytes.Le32(4), bytes.Le32(0x10), bytes[0x14]);
        return true;
    }

    /// <summary>The node lies in these bytes as a whole and its CRC fits.</summary>
    public bool Fits(ReadOnlySpan<byte> bytes) => Length >= HeaderSize && Length <= bytes.Length && Crc32.NotInverted(bytes[8..(int)Length]) == Crc;
}
