using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;

namespace Unbrick.Formats.Identify;

/// <summary>Tells the kind of a file from what lies in it, and only where that leaves it open from its name.</summary>
internal static class FileKinds
{
    /// <summary>The smallest flash chip that a router had.</summary>
    private const int SmallestFlash = 1 << 20;

    private static readonly FrozenDictionary<string, FileKind> s_kinds = new Dictionary<string, FileKind>
    {
        ["openwrt-sysupgrade"] = FileKind.Sysupgrade,
        ["sysupgrade-tar"] = FileKind.Sysupgrade,
        ["tplink-recovery-raw"] = FileKind.Recovery,
        ["uimage"] = FileKind.Kernel,
        ["avm-eva"] = FileKind.Kernel,
        ["dlink-stag"] = FileKind.Kernel,
        ["fit"] = FileKind.Kernel,
        ["dtb"] = FileKind.Kernel,
        ["squashfs"] = FileKind.FileSystem,
        ["jffs2"] = FileKind.FileSystem,
        ["ubi"] = FileKind.FileSystem,
        ["ubifs"] = FileKind.FileSystem,
        ["cramfs"] = FileKind.FileSystem,
        ["romfs"] = FileKind.FileSystem,
        ["gpt"] = FileKind.Disk,
        ["mbr"] = FileKind.Disk,
        ["ext"] = FileKind.FileSystem,
        ["fat"] = FileKind.FileSystem,
        ["uboot-env"] = FileKind.Partition,
        ["mtk-factory"] = FileKind.Partition,
        ["ath-art"] = FileKind.Partition,
        ["esp-ptable"] = FileKind.Partition,
        ["esp32"] = FileKind.ModuleFirmware,
        ["esp8266"] = FileKind.ModuleFirmware,
        ["tuya-ug"] = FileKind.ModuleFirmware,
        ["tuya-esp8266"] = FileKind.ModuleFirmware,
        ["beken-rbl"] = FileKind.ModuleFirmware,
        ["beken-flash"] = FileKind.ModuleFirmware,
        ["bootloader"] = FileKind.BootLoader,
        ["mtk-brom"] = FileKind.BootLoader,
        ["fip"] = FileKind.BootLoader,
        ["routerboot"] = FileKind.Partition,
        ["comp"] = FileKind.Packed,
        ["zip"] = FileKind.Packed,
        ["tar"] = FileKind.Packed,
        ["blank"] = FileKind.Blank,
    }.ToFrozenDictionary();

    public static FileKind Of(Identification file)
    {
        if (file.Inner is not null)
            return Of(file.Inner);
        if (IsFullDump(file.Findings, file.Size))
            return FileKind.FullDump;
        if (file.Main is not Finding main)
            return file.Findings.All(tile => tile.Format == ImageScan.Padding) && !file.Findings.IsEmpty ? FileKind.Blank : FileKind.Unknown;
        FileKind kind = main.Variant == "sysupgrade" ? FileKind.Sysupgrade : s_kinds.GetValueOrDefault(main.Format, FileKind.Factory);
        return kind is FileKind.Kernel or FileKind.FileSystem or FileKind.Sysupgrade ? ByName(file.Says, kind) : kind;
    }

    /// <summary>A power of two like a chip, and in it what never is in an update: an environment, or data of one unit.</summary>
    private static bool IsFullDump(ImmutableArray<Finding> tiles, long size)
    {
        if (size < SmallestFlash || !BitOperations.IsPow2(size))
            return false;
        int known = tiles.Count(Identification.IsKnown);
        return known > 1 && tiles.Any(tile => s_kinds.GetValueOrDefault(tile.Format) is FileKind.Partition or FileKind.BootLoader);
    }

    /// <summary>OpenWrt's names tell apart what looks alike: a kernel that runs from memory, one that is written.</summary>
    private static FileKind ByName(FirmwareFileName name, FileKind kind) => name.Purpose is FileKind said && said != FileKind.Unknown ? said : kind;
}
