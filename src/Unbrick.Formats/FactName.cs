namespace Unbrick.Formats;

/// <summary>Names of facts that more than one format has, or that a device is found by.</summary>
public static class FactName
{
    /// <summary>Hardware id and revision of TP-Link headers, as <c>0x…</c>.</summary>
    public const string HwId = "hw_id", HwRev = "hw_rev";

    /// <summary>Region: a number (TP-Link v1) or a word (<c>EU</c>).</summary>
    public const string Region = "region";

    /// <summary>Board or product name as the boot loader compares it.</summary>
    public const string Board = "board", Product = "product", Signature = "signature";

    /// <summary>Board names of OpenWrt metadata, <c>compatible</c> strings of a device tree, TP-Link support list.</summary>
    public const string SupportedDevices = "supported_devices", Compatible = "compatible", SupportList = "support_list";

    /// <summary>Model text, version text.</summary>
    public const string Model = "model", Version = "version", Name = "name", Vendor = "vendor";

    /// <summary>Xiaomi device id; chip id of ESP images.</summary>
    public const string DeviceId = "device_id", ChipId = "chip_id";

    /// <summary>MAC addresses by place (<c>0x4</c>) and chip ids by place.</summary>
    public const string Macs = "macs", Chips = "chips";

    /// <summary>Processor architecture of a kernel: <c>mips</c>, <c>arm</c>, <c>arm64</c>; load address and entry; compression.</summary>
    public const string Arch = "arch", Load = "load", Entry = "entry", Compression = "comp";

    /// <summary>OpenWrt compatibility version; whether a signature is there.</summary>
    public const string Compat = "compat", Signed = "signed";

    /// <summary>Length of the boot loader inside, 0 for none.</summary>
    public const string BootLength = "boot_len";

    /// <summary>Unpacked length and SHA-256 of something compressed.</summary>
    public const string PlainSize = "plain_size", PlainSha256 = "plain_sha256";
}
