using System.Collections.Immutable;
using System.Numerics;

namespace Unbrick.Formats.Identify;

/// <summary>Tells the kind of a file from what lies in it, and only where that leaves it open from its name.</summary>
internal static class FileKinds
{
    /// <summary>The smallest flash chip that a router had.</summary>
    private const int SmallestFlash = 1 << 20;

    public static FileKind Of(Identification file)
    {
        if (file.Inner is not null)
            return Of(file.Inner);
        if (IsFullDump(file.Findings, file.Size))
            return FileKind.FullDump;
        if (file.Main is not Finding main)
            return file.Findings.All(tile => tile.Format == ImageScan.Padding) && !file.Findings.IsEmpty ? FileKind.Blank : FileKind.Unknown;
        FileKind kind = main.Variant == "sysupgrade" ? FileKind.Sysupgrade : OfFormat(main.Format, FileKind.Factory);
        return kind is FileKind.Kernel or FileKind.FileSystem or FileKind.Sysupgrade ? ByName(file.Says, kind) : kind;
    }

    /// <summary>A power of two like a chip, and in it what never is in an update: an environment, or data of one unit.</summary>
    private static bool IsFullDump(ImmutableArray<Finding> tiles, long size)
    {
        if (size < SmallestFlash || !BitOperations.IsPow2(size))
            return false;
        int known = tiles.Count(Identification.IsKnown);
        return known > 1 && tiles.Any(tile => OfFormat(tile.Format, default) is FileKind.Partition or FileKind.BootLoader);
    }

    /// <summary>OpenWrt's names tell apart what looks alike: a kernel that runs from memory, one that is written.</summary>
    private static FileKind ByName(FirmwareFileName name, FileKind kind) => name.Purpose is FileKind said && said != FileKind.Unknown ? said : kind;

    /// <summary>What a file is that has this format in the main; <paramref name="other"/> for all the others.</summary>
    private static FileKind OfFormat(string format, FileKind other) => format switch
    {
        "openwrt-sysupgrade" or "sysupgrade-tar" => FileKind.Sysupgrade,
        "tplink-recovery-raw" => FileKind.Recovery,
        "uimage" or "avm-eva" or "dlink-stag" or "fit" or "dtb" => FileKind.Kernel,
        "squashfs" or "jffs2" or "ubi" or "ubifs" or "cramfs" or "romfs" or "ext" or "fat" => FileKind.FileSystem,
        "gpt" or "mbr" => FileKind.Disk,
        "uboot-env" or "mtk-factory" or "ath-art" or "esp-ptable" or "routerboot" => FileKind.Partition,
        "esp32" or "esp8266" or "tuya-ug" or "tuya-esp8266" or "beken-rbl" or "beken-flash" => FileKind.ModuleFirmware,
        "bootloader" or "mtk-brom" or "fip" => FileKind.BootLoader,
        "comp" or "zip" or "tar" => FileKind.Packed,
        "blank" => FileKind.Blank,
        _ => other,
    };
}
