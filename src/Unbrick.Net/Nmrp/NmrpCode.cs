namespace Unbrick.Net.Nmrp;

/// <summary>
/// What an NMRP message says (Netgear's U-Boot, net/nmrp.h: <c>_nmrp_codes_</c>; nmrpflash nmrp.c). Requests come from the device, but for
/// the advertisement.
/// </summary>
public enum NmrpCode : byte
{
    /// <summary>The PC, to all: a server is here. A device answers while it listens, 3 to 6 s after power-on.</summary>
    Advertise = 1,

    /// <summary>The device: configure me. Repeated every 0.5 s, five times, until it is.</summary>
    ConfigurationRequest = 2,

    /// <summary>The PC: your address is this, and this is what will be done.</summary>
    ConfigurationAck = 3,

    /// <summary>That was all.</summary>
    CloseRequest = 4,

    /// <summary>Good bye.</summary>
    CloseAck = 5,

    /// <summary>The device, while it writes: are you still there?</summary>
    KeepAliveRequest = 6,

    /// <summary>The PC: yes. Without it some devices ask for the upload once more after 2 s.</summary>
    KeepAliveAck = 7,

    /// <summary>The device: send me the file by TFTP now.</summary>
    UploadRequest = 0x10,
}
