namespace Unbrick.Formats.Identify;

/// <summary>What kind of file it is: by which way it may be sent, before one looks for which device.</summary>
public enum FileKind
{
    /// <summary>Nothing that is known.</summary>
    Unknown,

    /// <summary>For the vendor's own update page or recovery: with the vendor's header.</summary>
    Factory,

    /// <summary>For a running OpenWrt (and some boot loaders).</summary>
    Sysupgrade,

    /// <summary>For a boot loader's network recovery: no header, boot loader inside.</summary>
    Recovery,

    /// <summary>Runs from memory, writes nothing.</summary>
    Initramfs,

    /// <summary>The whole content of a flash chip.</summary>
    FullDump,

    /// <summary>A boot loader alone.</summary>
    BootLoader,

    /// <summary>A small partition: environment, factory data, calibration.</summary>
    Partition,

    /// <summary>A kernel, or a device tree.</summary>
    Kernel,

    /// <summary>A disk with partitions: an SD card, an eMMC.</summary>
    Disk,

    /// <summary>A root or data file system.</summary>
    FileSystem,

    /// <summary>An application for an ESP, Beken or Tuya module.</summary>
    ModuleFirmware,

    /// <summary>Something compressed.</summary>
    Packed,

    /// <summary>Nothing but one byte over and over: an erased chip, an erase image.</summary>
    Blank,
}
