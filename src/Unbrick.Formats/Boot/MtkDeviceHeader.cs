using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Boot;

// Little-endian (u-boot/u-boot tools/mtk_image.h, mtk_nand_headers.c):
//   NOR, eMMC, SD:  000 12 name  00C 4 version 1  010 4 length 200;  200: layout    GFH at 600, or where the layout says
//   parallel and serial NAND by its controller:  00 12 "BOOTLOADER!"  0C 4 "V006"  10 8 "NFIINFO"  1A 2 page;  page: layout    GFH at 2 pages
//   serial NAND by HSM:   00 8 "NANDCFG!"  20 4 page  24 4 spare    GFH at 1 page
//   serial NAND by SPIM:  00 8 "SPINAND!"  10 4 page  14 4 spare  4E 2 CRC-16 of 00..4D, begins with 4F4E    GFH at 1 page
//   layout: 00 8 "BRLYT"  08 4 version  0C 4 length of the headers  10 4 of all  14 4 "BBBB"  18 4 kind of flash

/// <summary>What the boot ROM of a MediaTek chip reads first: from which kind of flash, and where the code begins.</summary>
/// <param name="Media">Kind of flash: <c>spi-nor</c>, <c>emmc</c>, <c>spim-nand</c>.</param>
/// <param name="FileInfoAt">Where the header of the code (GFH) stands.</param>
/// <param name="PageSize">Page of a NAND in bytes, 0 for other flash.</param>
/// <param name="Sure">More than the name agrees.</param>
internal readonly record struct MtkDeviceHeader(string Media, int FileInfoAt, int PageSize, bool Sure)
{
    public const int SpimCrcAt = 0x4E;

    private const int GenericLayoutAt = 0x200, GenericSize = 0x600;
    private const ushort SpimCrcBegins = 0x4F4E;

    public bool HasCrc => Media == "spim-nand";

    /// <summary>Null when none of the names stands there. The caller has at least 0x600 bytes.</summary>
    public static MtkDeviceHeader? Read(ReadOnlySpan<byte> bytes)
    {
        if (Generic(bytes) is string media)
        {
            bool sure = bytes.Has("BRLYT"u8, GenericLayoutAt) && bytes.Has("BBBB"u8, GenericLayoutAt + 0x14);
            uint at = bytes.Le32(GenericLayoutAt + 0xC);
            // The headers may be counted from the beginning of the flash, not of this.
            return new(media, sure && IsFileInfo(bytes, at) ? (int)at : GenericSize, 0, sure);
        }
        if (bytes.Has("SPINAND!"u8) && IsPage(bytes.Le32(0x10)))
            return new("spim-nand", (int)bytes.Le32(0x10), (int)bytes.Le32(0x10), SpimCrc(bytes) == bytes.Le16(SpimCrcAt));
        if (bytes.Has("NANDCFG!"u8) && IsPage(bytes.Le32(0x20)))
            return new("hsm-nand", (int)bytes.Le32(0x20), (int)bytes.Le32(0x20), false);
        if (bytes.Has("BOOTLOADER!"u8) && IsPage(bytes.Le16(0x1A)))
            return new("nand", bytes.Le16(0x1A) * 2, bytes.Le16(0x1A), bytes.Has("NFIINFO"u8, 0x10));
        return IsFileInfo(bytes, 0) ? new("none", 0, 0, true) : null;
    }

    /// <summary>The header of code begins there: its mark, its length, its name.</summary>
    public static bool IsFileInfo(ReadOnlySpan<byte> bytes, long at) =>
        at >= 0 && at + MtkBrom.FileInfoSize <= bytes.Length && bytes.Has("MMM"u8, (int)at) && bytes.Has("FILE_INFO"u8, (int)at + 8);

    public static ushort SpimCrc(ReadOnlySpan<byte> bytes) => Crc16.Update(SpimCrcBegins, bytes[..SpimCrcAt]);

    private static string? Generic(ReadOnlySpan<byte> bytes) =>
        bytes.Has("SF_BOOT\0"u8) ? "spi-nor" : bytes.Has("EMMC_BOOT\0"u8) ? "emmc" : bytes.Has("SDMMC_BOOT\0"u8) ? "sd" : null;

    private static bool IsPage(uint size) => size is 512 or 2048 or 4096 or 8192 or 16384;
}
