using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Kernel;

// All numbers big-endian (u-boot include/image.h; openwrt/firmware-utils src/uimage_padhdr.c):
//   00  4  magic              10  4  load address     1C 1 os     1E 1 type
//   04  4  CRC of the header  14  4  entry point      1D 1 arch   1F 1 compression
//   08  4  time               18  4  CRC of the data  20 32 name, NUL-padded
//   0C  4  data length

/// <summary>The 64-byte header of a legacy U-Boot image.</summary>
public readonly record struct UImageHeader(
    uint Magic, uint HeaderCrc, uint Time, uint DataLength, uint Load, uint Entry, uint DataCrc, byte Os, byte Arch, byte Type, byte Compression)
{
    public const int Size = 64;

    public const uint UsualMagic = 0x27051956;

    /// <summary>"OKLI": the same header, read by OpenWrt's second-stage loader only.</summary>
    public const uint OkliMagic = 0x4F4B4C49;

    /// <summary>Where the header's CRC stands; it counts as zero while it is computed.</summary>
    public const int CrcOffset = 4;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out UImageHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return false;
        header = new(
            bytes.Be32(0), bytes.Be32(4), bytes.Be32(8), bytes.Be32(0xC), bytes.Be32(0x10), bytes.Be32(0x14), bytes.Be32(0x18),
            bytes[0x1C], bytes[0x1D], bytes[0x1E], bytes[0x1F]);
        return true;
    }

    /// <summary>The name is the caller's: vendors keep other things in its 32 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        ReadOnlySpan<uint> words = [Magic, HeaderCrc, Time, DataLength, Load, Entry, DataCrc];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(i * 4)..], words[i]);
        (bytes[0x1C], bytes[0x1D], bytes[0x1E], bytes[0x1F]) = (Os, Arch, Type, Compression);
    }

    /// <summary>CRC of a header of <paramref name="length"/> bytes (64, or more when padded) with its own field as zero.</summary>
    public static uint CrcOf(ReadOnlySpan<byte> bytes, int length)
    {
        uint state = Crc32.Update(uint.MaxValue, bytes[..CrcOffset]);
        state = Crc32.Update(state, 0, 4);
        return ~Crc32.Update(state, bytes[(CrcOffset + 4)..length]);
    }
}
