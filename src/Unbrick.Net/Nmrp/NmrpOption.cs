namespace Unbrick.Net.Nmrp;

/// <summary>What an NMRP option holds (Netgear's U-Boot, net/nmrp.h: <c>_nmrp_option_types_</c>; nmrpflash nmrp.c).</summary>
public enum NmrpOption : ushort
{
    /// <summary>"NTGR", in an advertisement.</summary>
    Magic = 0x0001,

    /// <summary>Address and mask that the device takes, four bytes each.</summary>
    DeviceIp = 0x0002,

    /// <summary>Region number, two bytes; the device keeps it for good.</summary>
    Region = 0x0004,

    /// <summary>Firmware will be sent; no value. Without it a device closes at once.</summary>
    FirmwareUpgrade = 0x0101,

    /// <summary>String tables (languages of the web pages) will be sent; a bit mask of four bytes. Never sent by unbrick.</summary>
    StringTableUpgrade = 0x0102,

    /// <summary>Name of the file in an upload request; not all devices have one.</summary>
    FileName = 0x0181,
}
