namespace Unbrick.Net.Dhcp;

/// <summary>The option codes this server reads or writes; all of RFC 2132 but 93, which is RFC 4578 section 2.1.</summary>
public static class DhcpOption
{
    /// <summary>One byte without a length. Read anywhere, written by us only after <see cref="End"/>.</summary>
    public const byte Pad = 0;

    /// <summary>Mask of the client's network.</summary>
    public const byte SubnetMask = 1;

    /// <summary>Gateways, the best first.</summary>
    public const byte Router = 3;

    /// <summary>The address a client would like (in DISCOVER) or takes (in REQUEST).</summary>
    public const byte RequestedAddress = 50;

    /// <summary>Seconds.</summary>
    public const byte LeaseTime = 51;

    /// <summary>
    /// Says that <c>file</c> (1), <c>sname</c> (2) or both (3) hold options. Read from clients, never written: old loaders cannot.
    /// </summary>
    public const byte Overload = 52;

    /// <summary>A <see cref="DhcpMessageType"/>.</summary>
    public const byte MessageType = 53;

    /// <summary>The server that speaks, or that is spoken to.</summary>
    public const byte ServerIdentifier = 54;

    /// <summary>Codes of the options a client wants.</summary>
    public const byte ParameterList = 55;

    /// <summary>
    /// Longest packet the client can take, in bytes; only read to know an old U-Boot by, since we never need more than any can.
    /// </summary>
    public const byte MaximumSize = 57;

    /// <summary>What the client is ("PXEClient:Arch:00007", "MMipsBoot").</summary>
    public const byte VendorClass = 60;

    /// <summary>Who the client is. Never a key of ours: a loader has none, and the system it loads is still the same box.</summary>
    public const byte ClientIdentifier = 61;

    /// <summary>Name (here: address as text) of the TFTP server.</summary>
    public const byte TftpServerName = 66;

    /// <summary>Name of the boot file.</summary>
    public const byte BootFile = 67;

    /// <summary>Processor architecture and firmware of the client, 16 bits each.</summary>
    public const byte Architecture = 93;

    /// <summary>Ends the options.</summary>
    public const byte End = 255;
}
