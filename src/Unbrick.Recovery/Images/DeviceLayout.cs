using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>A device's partition map as a layout.</summary>
public static class DeviceLayout
{
    private static readonly string[] s_bootloader =
        ["u-boot", "uboot", "boot-loader", "bootloader", "breed", "cfe", "redboot", "routerboot", "bootbase", "loader", "spl", "bl2", "fip",
         "preloader", "boot"];

    private static readonly string[] s_env = ["env", "nvram", "appsbl-env"];

    private static readonly string[] s_calibration = ["art", "factory", "radio", "caldata", "cal-data", "eeprom", "calibration", "wifi", "rf"];

    private static readonly string[] s_identity =
        ["bdata", "bdinfo", "board-info", "board_data", "boarddata", "info", "product-info", "default-mac", "mac", "devdata", "devinfo", "mrd",
         "hwinfo", "pib", "rom", "manufacture", "hw-info", "tp_data", "product", "partition-table", "hard_config", "mfginfo", "sysinfo"];

    private static readonly string[] s_firmware =
        ["firmware", "kernel", "rootfs", "ubi", "linux", "os-image", "file-system", "system", "image", "inactive", "rootfs_data",
         "ubifs", "firmware1"];

    private static readonly string[] s_config =
        ["config", "cfg", "romfile", "user-config", "usercfg", "soft_config", "default-config", "settings", "cfg_bak"];

    /// <summary>The layout of the chip with the firmware; null when its partitions are not known.</summary>
    public static Layout? Of(DeviceProfile device)
    {
        ArgumentNullException.ThrowIfNull(device);
        foreach (FlashChip chip in device.Flash)
        {
            FlashPart[] outer = [.. chip.Parts.Where(p => !p.Nested).OrderBy(p => p.Offset)];
            if (outer.Length == 0 || chip.Size is not long size || size <= 0)
                continue;
            List<Region> regions = [];
            for (int i = 0; i < outer.Length; i++)
            {
                long next = i + 1 < outer.Length ? outer[i + 1].Offset : size;
                long length = outer[i].Size > 0 ? outer[i].Size : next - outer[i].Offset;
                regions.Add(new Region(outer[i].Name, outer[i].Offset, length, KindOf(outer[i], device), !outer[i].ReadOnly));
            }
            return Layout.Cover(regions, size, LayoutSource.Device);
        }
        return null;
    }

    /// <summary>By what lies there where that is known, otherwise by the name, as the makers use them.</summary>
    private static RegionKind KindOf(FlashPart part, DeviceProfile device)
    {
        if (device.Calibration.Any(c => c.Part == part.Name))
            return RegionKind.Calibration;
        string name = part.Name.ToLowerInvariant();
        if (device.Environment?.Part == part.Name || Among(s_env, name) || name.EndsWith("env", StringComparison.Ordinal))
            return RegionKind.Env;
        if (Among(s_bootloader, name) || name.Contains("u-boot", StringComparison.Ordinal))
            return RegionKind.Bootloader;
        if (Among(s_calibration, name))
            return RegionKind.Calibration;
        if (part.OneOfAKind || Among(s_identity, name))
            return RegionKind.Identity;
        if (Among(s_config, name))
            return RegionKind.Config;
        return Among(s_firmware, name) || !part.ReadOnly ? RegionKind.Firmware : RegionKind.Unknown;
    }

    private static bool Among(string[] names, string name) =>
        names.Contains(name) || names.Contains(name.TrimEnd('0', '1', '2', '3')) || names.Contains(name.Split(':')[^1]);
}
