using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>All formats. A new one is a line here.</summary>
public static class FormatRegistry
{
    /// <summary>In the order in which they are asked where several could begin at the same place: containers before what they contain.</summary>
    public static ImmutableArray<IFirmwareFormat> All { get; } =
    [
        new Disk.Gpt(),
        new Disk.Mbr(),
        new TpLink.Safeloader(),
        new TpLink.TpLinkRecoveryRaw(),
        new TpLink.TpLinkV1(),
        new TpLink.TpLinkV2(),
        new TpLink.TpLinkV3(),
        new Xiaomi.XiaomiHdr1(),
        new Xiaomi.XiaomiHdr2(),
        new Trx.Cybertan(),
        new Trx.AsusTrx(),
        new Trx.TrxImage(),
        new Trx.AsusUImage(),
        new OpenWrt.SysupgradeTar(),
        new OpenWrt.OpenWrtSysupgrade(),
        new Vendors.NetgearChk(),
        new Vendors.NetgearDni(),
        new Vendors.Sercomm(),
        new Vendors.Seama(),
        new Vendors.DlinkWrg(),
        new Vendors.Jcg(),
        new Vendors.BuffaloTag(),
        new Vendors.BuffaloEnc(),
        new Vendors.BuffaloTftp(),
        new Vendors.ZyxelRas(),
        new Vendors.ZyxelZytrx(),
        new Vendors.MikrotikNpk(),
        new Vendors.DlinkShrs(),
        new Vendors.DlinkDlk(),
        new Vendors.DlinkStag(),
        new Vendors.EncrptedImg(),
        new Vendors.DlinkDap(),
        new Vendors.Ubiquiti(),
        new Vendors.ZyxelZynos(),
        new Boot.MtkBrom(),
        new Boot.Fip(),
        new Kernel.UImage(),
        new Kernel.AvmEva(),
        new Compression.CompressedStream(),
        new Kernel.Fit(),
        new Kernel.Dtb(),
        new Flash.UBootEnvironmentFormat(),
        new FileSystems.Ubi(),
        new FileSystems.Jffs2(),
        new FileSystems.Ubifs(),
        new FileSystems.Squashfs(),
        new FileSystems.Cramfs(),
        new FileSystems.Romfs(),
        new FileSystems.Ext(),
        new FileSystems.Fat(),
        new Tuya.TuyaUg(),
        new Tuya.TuyaTwoSlots(),
        new Tuya.BekenRbl(),
        new Tuya.BekenFlash(),
        new Esp.Esp32(),
        new Esp.Esp8266(),
        new Esp.EspPartitionTable(),
        new Flash.MediaTekFactory(),
        new Flash.AtherosArt(),
        new Vendors.RouterBootConfig(),
        new Flash.BootLoader(),
        new Flash.Blank(),
    ];

    /// <summary>The format with that id, or null.</summary>
    public static IFirmwareFormat? Find(string id)
    {
        foreach (IFirmwareFormat format in All)
        {
            if (format.Id == id)
                return format;
        }
        return null;
    }
}
