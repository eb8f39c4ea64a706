namespace Unbrick.Formats.Xiaomi;

/// <summary>Names of the device ids of HDR1 files (openwrt/firmware-utils src/xiaomifw.c; xmir-patcher xqmodel.py).</summary>
internal static class XiaomiModels
{
    public static string? NameOf(int deviceId) => deviceId switch
    {
        3 => "R1CM",
        4 => "R2D",
        5 => "R1CL",
        7 => "R3",
        8 => "R3D",
        9 => "R3L",
        10 => "R3P",
        12 => "R3A",
        13 => "R3G",
        14 => "R4",
        15 => "R4C",
        17 => "R4A",
        18 => "R4CM",
        19 => "R4AC",
        20 => "R3GV2",
        22 => "R2100",
        23 => "RM2100",
        24 => "R3600",
        34 or 35 or 36 => "CR660x",
        37 => "RA70",
        _ => null,
    };
}
