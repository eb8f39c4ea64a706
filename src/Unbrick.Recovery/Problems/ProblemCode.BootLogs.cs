namespace Unbrick.Recovery.Problems;

/// <content>What a boot log can say.</content>
public static partial class ProblemCode
{
    /// <summary>The boot loader waits 0 seconds, so it can hardly be stopped by hand. Values: none.</summary>
    public const string AutobootNoDelay = "autoboot-no-delay";

    /// <summary>ARM Trusted Firmware finds no boot loader (FIP). Values: none.</summary>
    public const string Bl2LoadFail = "bl2-load-fail";

    /// <summary>The boot loader sees a button held down, or waits for one. Values: none.</summary>
    public const string BootloaderButtonWait = "bootloader-button-wait";

    /// <summary>The boot loader waits in its setup menu. Values: none.</summary>
    public const string BootloaderSetupLoop = "bootloader-setup-loop";

    /// <summary>The device starts again and again, without saying why. Values: none.</summary>
    public const string Bootloop = "bootloop";

    /// <summary>The processor refuses the boot loader: its checksum is wrong. Values: none.</summary>
    public const string BootromBadChecksum = "bootrom-bad-checksum";

    /// <summary>The processor finds no boot loader in the flash. Values: none.</summary>
    public const string BootromNoHeader = "bootrom-no-header";

    /// <summary>The boot loader starts the kernel, then the console is silent. Values: none.</summary>
    public const string ConsoleSilentAfterKernel = "console-silent-after-kernel";

    /// <summary>Nobody answers the device's question for an address. Values: none.</summary>
    public const string DhcpNoAnswer = "dhcp-no-answer";

    /// <summary>The memory does not work. Values: none.</summary>
    public const string DramInitFail = "dram-init-fail";

    /// <summary>The clock of the memory could not be set as planned, and the boot goes on. Values: none.</summary>
    public const string DramPllWarning = "dram-pll-warning";

    /// <summary>The boot environment is empty or damaged; built-in defaults are used. Values: none.</summary>
    public const string EnvBadCrc = "env-bad-crc";

    /// <summary>This flash chip is not in the list of the boot loader or kernel. Values: none.</summary>
    public const string FlashIdUnknown = "flash-id-unknown";

    /// <summary>The flash chip is write-protected. Values: none.</summary>
    public const string FlashLocked = "flash-locked";

    /// <summary>The flash chip does not answer. Values: none.</summary>
    public const string FlashNoResponse = "flash-no-response";

    /// <summary>Writing the flash failed, or what was read back differs. Values: none.</summary>
    public const string FlashWriteFail = "flash-write-fail";

    /// <summary>The stored image is damaged. Values: none.</summary>
    public const string ImgBadCrc = "img-bad-crc";

    /// <summary>The header of the kernel image is damaged. Values: none.</summary>
    public const string ImgBadHeaderCrc = "img-bad-header-crc";

    /// <summary>No kernel where the boot loader looks for one. Values: none.</summary>
    public const string ImgBadMagic = "img-bad-magic";

    /// <summary>The kernel image cannot be unpacked. Values: none.</summary>
    public const string ImgDecompress = "img-decompress";

    /// <summary>The boot loader cannot unpack the kernel (LZMA). Values: none.</summary>
    public const string ImgLzmaDecompress = "img-lzma-decompress";

    /// <summary>The signature of the image is refused. Values: none.</summary>
    public const string ImgSignatureRefused = "img-signature-refused";

    /// <summary>The image is larger than what the boot loader takes. Values: none.</summary>
    public const string ImgTooLarge = "img-too-large";

    /// <summary>The image was refused: it is for another model or edition. Values: none.</summary>
    public const string ImgWrongModelRefused = "img-wrong-model-refused";

    /// <summary>Old or damaged data in the settings area. Values: none.</summary>
    public const string Jffs2Dirty = "jffs2-dirty";

    /// <summary>The kernel starts again and again after its first lines. Values: none.</summary>
    public const string KernelEarlyLoop = "kernel-early-loop";

    /// <summary>The kernel starts and hangs. Values: none.</summary>
    public const string KernelHang = "kernel-hang";

    /// <summary>The kernel crashed. Values: none.</summary>
    public const string KernelOops = "kernel-oops";

    /// <summary>The kernel stopped. Values: none.</summary>
    public const string KernelPanic = "kernel-panic";

    /// <summary>There is no log {path}. Values: <c>path</c>.</summary>
    public const string LogMissing = "log-missing";

    /// <summary>This log does not say what is wrong. Values: none.</summary>
    public const string LogUnclear = "log-unclear";

    /// <summary>{path} cannot be read: {reason}. Values: <c>path</c>, <c>reason</c>.</summary>
    public const string LogUnreadable = "log-unreadable";

    /// <summary>The NAND has bad blocks. Values: none.</summary>
    public const string NandBadblock = "nand-badblock";

    /// <summary>Data in the NAND flash cannot be corrected. Values: none.</summary>
    public const string NandEcc = "nand-ecc";

    /// <summary>The NAND has too many bad blocks. Values: none.</summary>
    public const string NandWorn = "nand-worn";

    /// <summary>No link on the Ethernet socket. Values: none.</summary>
    public const string NetLinkDown = "net-link-down";

    /// <summary>Nobody answers for the address of the server. Values: none.</summary>
    public const string NetNoArp = "net-no-arp";

    /// <summary>The boot loader has no network. Values: none.</summary>
    public const string NetNoEth = "net-no-eth";

    /// <summary>Server and device are in different networks. Values: none.</summary>
    public const string NetWrongSubnet = "net-wrong-subnet";

    /// <summary>The boot loader runs, and the log ends there. Values: none.</summary>
    public const string OkBootloader = "ok-bootloader";

    /// <summary>An image was written, or is being written, to the flash. Values: none.</summary>
    public const string OkFlashWrite = "ok-flash-write";

    /// <summary>The device starts normally. Values: none.</summary>
    public const string OkNormalBoot = "ok-normal-boot";

    /// <summary>A file was loaded into memory completely. Values: none.</summary>
    public const string OkTftpLoad = "ok-tftp-load";

    /// <summary>A command was given in the wrong order or without what it needs. Values: none.</summary>
    public const string Operator = "operator";

    /// <summary>The system runs out of memory. Values: none.</summary>
    public const string OutOfMemory = "out-of-memory";

    /// <summary>Settings cannot be kept: their area cannot be mounted. Values: none.</summary>
    public const string OverlayFailed = "overlay-failed";

    /// <summary>The area for settings is too small. Values: none.</summary>
    public const string OverlayTooSmall = "overlay-too-small";

    /// <summary>The product id in the flash is erased, so every image is refused. Values: none.</summary>
    public const string ProductIdErased = "product-id-erased";

    /// <summary>The root file system is there and cannot be used. Values: none.</summary>
    public const string RootfsCorrupt = "rootfs-corrupt";

    /// <summary>The kernel runs and finds no root file system. Values: none.</summary>
    public const string RootfsMissing = "rootfs-missing";

    /// <summary>What was typed did not reach the device. Values: none.</summary>
    public const string RxNotReaching = "rx-not-reaching";

    /// <summary>Qualcomm's first stage stopped with an error. Values: none.</summary>
    public const string SblError = "sbl-error";

    /// <summary>The load over the serial line was aborted. Values: none.</summary>
    public const string SerialLoadAborted = "serial-load-aborted";

    /// <summary>The second part of the boot loader is damaged. Values: none.</summary>
    public const string SplBadCrc = "spl-bad-crc";

    /// <summary>The first part of the boot loader finds no second part. Values: none.</summary>
    public const string SplNoUboot = "spl-no-uboot";

    /// <summary>Data of the root file system are damaged (squashfs). Values: none.</summary>
    public const string SquashfsCorrupt = "squashfs-corrupt";

    /// <summary>The TFTP server refused. Values: none.</summary>
    public const string TftpError = "tftp-error";

    /// <summary>The TFTP server does not give the file that was asked for. Values: none.</summary>
    public const string TftpFileMissing = "tftp-file-missing";

    /// <summary>No data comes from the TFTP server. Values: none.</summary>
    public const string TftpTimeout = "tftp-timeout";

    /// <summary>UBI cannot be read. Values: none.</summary>
    public const string UbiAttachFail = "ubi-attach-fail";

    /// <summary>Blocks of an older UBI lie between the new ones. Values: none.</summary>
    public const string UbiMixedImageSeq = "ubi-mixed-image-seq";

    /// <summary>UBI or UBIFS stopped writing. Values: none.</summary>
    public const string UbiReadonly = "ubi-readonly";

    /// <summary>UBI was made for another kind of NAND. Values: none.</summary>
    public const string UbiWrongGeometry = "ubi-wrong-geometry";

    /// <summary>UBIFS is damaged. Values: none.</summary>
    public const string UbifsCorrupt = "ubifs-corrupt";

    /// <summary>The boot loader stopped itself. Values: none.</summary>
    public const string UbootHang = "uboot-hang";

    /// <summary>The watchdog ended the last run. Values: none.</summary>
    public const string WatchdogReset = "watchdog-reset";

    /// <summary>What arrives is no text: another rate, another level, or no common ground. Values: none.</summary>
    public const string WrongBaud = "wrong-baud";

    /// <summary>The first part is readable, the rest comes at another rate. Values: none.</summary>
    public const string WrongBaudAfterRom = "wrong-baud-after-rom";

    /// <summary>The image is made for another processor or board. Values: none.</summary>
    public const string WrongModelImage = "wrong-model-image";

    /// <summary>The image is genuine, and of another edition than this unit. Values: none.</summary>
    public const string WrongRegionImage = "wrong-region-image";

    /// <summary>The image is for another layout of the same model. Values: none.</summary>
    public const string WrongVariantImage = "wrong-variant-image";
}
