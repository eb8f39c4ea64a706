using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>What the device is in its recovery; decides what the PC has to do.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecoveryMode>))]
public enum RecoveryMode
{
    /// <summary>Asks a fixed address for a file by TFTP (TP-Link).</summary>
    [JsonStringEnumMemberName("tftp-client")]
    TftpClient,

    /// <summary>Asks for an address by DHCP or BOOTP first and takes server and file name from the answer (Xiaomi, MikroTik).</summary>
    [JsonStringEnumMemberName("dhcp-tftp-client")]
    DhcpThenTftp,

    /// <summary>A TFTP client whose addresses and file name are typed at its serial console.</summary>
    [JsonStringEnumMemberName("boot-menu")]
    BootMenu,

    /// <summary>Takes the file that the PC puts by TFTP (ASUS, Ubiquiti, Buffalo, CFE).</summary>
    [JsonStringEnumMemberName("tftp-server")]
    TftpServer,

    /// <summary>Netgear's protocol on Ethernet type 0x0912 (nmrpflash nmrp.c).</summary>
    [JsonStringEnumMemberName("nmrp")]
    Nmrp,

    /// <summary>Shows a web page that takes the image (D-Link, Breed).</summary>
    [JsonStringEnumMemberName("http-upload")]
    HttpUpload,
}
