using System.Numerics;
using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>Tells by what an image is made of what it is made for.</summary>
public static class ImagePurposes
{
    /// <summary>Smaller flash chips are not found in routers; a kernel of exactly 512 KiB is no dump.</summary>
    private const int SmallestChip = 1 << 20;

    private static readonly HashSet<string> s_sysupgrades = ["openwrt-sysupgrade", "sysupgrade-tar"];

    private static readonly HashSet<string> s_kernels = ["uimage", "fit", "comp", "dlink-stag"];

    private static readonly HashSet<string> s_rootfs = ["squashfs", "jffs2", "ubi", "ubifs", "cramfs", "romfs"];

    /// <summary>What belongs to one unit, or lies in front of the firmware: only a dump has it.</summary>
    private static readonly HashSet<string> s_besideFirmware = ["uboot-env", "mtk-factory", "ath-art"];

    private static readonly HashSet<string> s_containers =
    [
        "tplink-v1", "tplink-v2", "tplink-v3", "safeloader", "xiaomi-hdr1", "xiaomi-hdr2", "trx", "asus-trx", "asus-uimage", "netgear-chk",
        "netgear-dni", "netgear", "seama", "dlink-wrg", "jcg", "buffalo-enc", "buffalo-tag", "buffalo-tftp", "cybertan-bin", "zyxel-ras",
        "zyxel-zytrx", "mikrotik-npk", "dlink-shrs", "dlink-dlk", "dlink-dap", "encrpted-img", "sercomm", "ubnt",
    ];

    /// <summary>What the image is; the device's chip, if known, tells a dump from a file that is as long by chance.</summary>
    public static ImagePurpose Of(CheckedImage image, DeviceProfile? device)
    {
        ArgumentNullException.ThrowIfNull(image);
        Finding[] beginning = [.. image.Beginning()];
        bool boot = beginning.Any(f => f.Format is "bootloader" or "tplink-recovery-raw");
        if (IsChipSize(image.Bytes.Length, device) && (boot || image.Findings.Any(f => s_besideFirmware.Contains(f.Format))))
            return ImagePurpose.FullDump;
        if (boot)
            return ImagePurpose.Recovery;
        if (beginning.Any(f => s_sysupgrades.Contains(f.Format) || f is { Format: "safeloader", Variant: "sysupgrade" }))
            return ImagePurpose.Sysupgrade;
        if (beginning.Any(f => s_containers.Contains(f.Format)))
            return ImagePurpose.Factory;
        if (!beginning.Any(f => s_kernels.Contains(f.Format)))
            return ImagePurpose.Unknown;
        return image.All().Any(f => s_rootfs.Contains(f.Format)) ? ImagePurpose.BootStripped
            : beginning.Any(f => f.Format is "uimage" or "fit") ? ImagePurpose.Initramfs : ImagePurpose.Unknown;
    }

    /// <summary>Bytes of the device's chip; null when it is not known, or there are several.</summary>
    public static long? ChipSize(DeviceProfile? device)
    {
        long?[] sizes = [.. (device?.Flash ?? []).Where(c => c.Type != "mtd-concat").Select(c => c.Size)];
        return sizes.Length == 1 ? sizes[0] : null;
    }

    private static bool IsChipSize(int length, DeviceProfile? device) =>
        ChipSize(device) is long chip ? length == chip || length > chip && BitOperations.IsPow2(length) : length >= SmallestChip && BitOperations.IsPow2(length);
}
