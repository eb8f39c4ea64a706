using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

// Numbers big-endian, load and entry little-endian on some devices (openwrt/firmware-utils src/mktplinkfw2.c):
//   00  4 version 02000000, 03000000   50  4 0               74 4 kernel offset    88 4 boot length
//   04 48 version text                 54 16 unused MD5      78 4 kernel length    8C 2 55AA
//   34  4 hardware id                  64  4 FFFFFFFF        7C 4 rootfs offset    8E 2 second version
//   38  4 hardware revision            68  4 kernel load     80 4 rootfs length    90 1 A5
//   3C  4 additional hardware version  6C  4 kernel entry    84 4 boot offset      91 3 version
//   40 16 MD5                          70  4 total length    94 .. FF; vendor files of version 3 have an RSA signature in there

/// <summary>The numbers of a TP-Link header of version 2 or 3.</summary>
public readonly record struct TpLinkV2Header(
    uint Version, uint HwId, uint HwRev, uint HwVerAdd, uint KernelLoad, uint KernelEntry, uint Length, uint KernelOffset, uint KernelLength,
    uint RootfsOffset, uint RootfsLength, uint BootOffset, uint BootLength)
{
    public const int Size = TpLinkLayout.HeaderSize;

    public const uint Version2 = 0x0200_0000;

    public const uint Version3 = 0x0300_0000;

    /// <summary>Where the MD5 stands.</summary>
    public const int Md5Offset = 0x40;

    internal const int MarkOffset = 0x8C, SecondMarkOffset = 0x90, PadOffset = 0x94;

    internal static ReadOnlySpan<byte> Salt =>
        [0xDC, 0xD7, 0x3A, 0xA5, 0xC3, 0x95, 0x98, 0xFB, 0xDC, 0xF9, 0xE7, 0xF4, 0x0E, 0xAE, 0x47, 0x37];

    /// <summary>Salt of files with a boot loader inside.</summary>
    internal static ReadOnlySpan<byte> BootSalt =>
        [0x8C, 0xEF, 0x33, 0x5F, 0xD5, 0xC5, 0xCE, 0xFA, 0xAC, 0x9C, 0x28, 0xDA, 0xB2, 0xE9, 0x0F, 0x42];

    internal ReadOnlySpan<byte> UsedSalt => BootLength == 0 ? Salt : BootSalt;

    internal TpLinkLayout Layout => new(Length, KernelOffset, KernelLength, RootfsOffset, RootfsLength, BootOffset, BootLength);

    public static bool TryRead(ReadOnlySpan<byte> bytes, out TpLinkV2Header header)
    {
        header = default;
        if (bytes.Length < Size)
            return false;
        header = new(
            bytes.Be32(0), bytes.Be32(0x34), bytes.Be32(0x38), bytes.Be32(0x3C), bytes.Be32(0x68), bytes.Be32(0x6C), bytes.Be32(0x70),
            bytes.Be32(0x74), bytes.Be32(0x78), bytes.Be32(0x7C), bytes.Be32(0x80), bytes.Be32(0x84), bytes.Be32(0x88));
        return true;
    }

    /// <summary>The marks that tell this header from one of version 1 stand where they belong.</summary>
    public static bool HasMarks(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Size && bytes.Be16(MarkOffset) == 0x55AA && bytes[SecondMarkOffset] == 0xA5;

    /// <summary>Texts, versions and MD5 are the caller's.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Version);
        ReadOnlySpan<uint> hardware = [HwId, HwRev, HwVerAdd];
        for (int i = 0; i < hardware.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(0x34 + (i * 4))..], hardware[i]);
        ReadOnlySpan<uint> layout =
            [KernelLoad, KernelEntry, Length, KernelOffset, KernelLength, RootfsOffset, RootfsLength, BootOffset, BootLength];
        for (int i = 0; i < layout.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(0x68 + (i * 4))..], layout[i]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[MarkOffset..], 0x55AA);
        bytes[SecondMarkOffset] = 0xA5;
    }
}
