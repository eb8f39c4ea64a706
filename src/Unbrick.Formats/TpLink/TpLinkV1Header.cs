using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

// All numbers big-endian (openwrt/firmware-utils src/mktplinkfw.c):
//   00  4 version 01000000 or 02000000    4C 16 MD5            84 4 kernel length     98 2 version, major
//   04 24 vendor                          60 16 unused MD5     88 4 rootfs offset     9A 2 version, middle
//   1C 36 version text                    74  4 kernel load    8C 4 rootfs length     9C 2 version, minor
//   40  4 hardware id                     78  4 kernel entry   90 4 boot offset      120 32 "00000000;CCCCCCCC;"
//   44  4 hardware revision               7C  4 total length   94 4 boot length      140 32 "CCCCCCCC", C: hex of the country's letters
//   48  4 region: 0 universal, 1 US       80  4 kernel offset

/// <summary>The numbers of a TP-Link header of version 1 (and of the version 2 that mktplinkfw -m 2 writes: same fields).</summary>
public readonly record struct TpLinkV1Header(
    uint Version, uint HwId, uint HwRev, uint Region, uint KernelLoad, uint KernelEntry, uint Length, uint KernelOffset, uint KernelLength,
    uint RootfsOffset, uint RootfsLength, uint BootOffset, uint BootLength, ushort Major, ushort Middle, ushort Minor)
{
    public const int Size = TpLinkLayout.HeaderSize;

    public const uint Version1 = 0x0100_0000;

    public const uint Version2 = 0x0200_0000;

    /// <summary>Where the MD5 stands.</summary>
    public const int Md5Offset = 0x4C;

    internal static ReadOnlySpan<byte> Salt =>
        [0xDC, 0xD7, 0x3A, 0xA5, 0xC3, 0x95, 0x98, 0xFB, 0xDD, 0xF9, 0xE7, 0xF4, 0x0E, 0xAE, 0x47, 0x38];

    /// <summary>Salt of files with a boot loader inside.</summary>
    internal static ReadOnlySpan<byte> BootSalt =>
        [0x8C, 0xEF, 0x33, 0x5B, 0xD5, 0xC5, 0xCE, 0xFA, 0xA7, 0x9C, 0x28, 0xDA, 0xB2, 0xE9, 0x0F, 0x42];

    internal ReadOnlySpan<byte> UsedSalt => BootLength == 0 ? Salt : BootSalt;

    internal TpLinkLayout Layout => new(Length, KernelOffset, KernelLength, RootfsOffset, RootfsLength, BootOffset, BootLength);

    public static bool TryRead(ReadOnlySpan<byte> bytes, out TpLinkV1Header header)
    {
        header = default;
        if (bytes.Length < Size)
            return false;
        header = new(
            bytes.Be32(0), bytes.Be32(0x40), bytes.Be32(0x44), bytes.Be32(0x48), bytes.Be32(0x74), bytes.Be32(0x78), bytes.Be32(0x7C),
            bytes.Be32(0x80), bytes.Be32(0x84), bytes.Be32(0x88), bytes.Be32(0x8C), bytes.Be32(0x90), bytes.Be32(0x94),
            bytes.Be16(0x98), bytes.Be16(0x9A), bytes.Be16(0x9C));
        return true;
    }

    /// <summary>Texts and MD5 are the caller's.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Version);
        ReadOnlySpan<uint> hardware = [HwId, HwRev, Region];
        for (int i = 0; i < hardware.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(0x40 + (i * 4))..], hardware[i]);
        ReadOnlySpan<uint> layout =
            [KernelLoad, KernelEntry, Length, KernelOffset, KernelLength, RootfsOffset, RootfsLength, BootOffset, BootLength];
        for (int i = 0; i < layout.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(0x74 + (i * 4))..], layout[i]);
        ReadOnlySpan<ushort> version = [Major, Middle, Minor];
        for (int i = 0; i < version.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(bytes[(0x98 + (i * 2))..], version[i]);
    }
}
