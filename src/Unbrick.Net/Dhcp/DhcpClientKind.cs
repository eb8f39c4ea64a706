namespace Unbrick.Net.Dhcp;

/// <summary>What a client says it is, as far as it decides whether and with which file it is answered.</summary>
public enum DhcpClientKind
{
    /// <summary>Says nothing known: an operating system, or an old U-Boot (1.1.x sends no vendor class at all).</summary>
    Other,

    /// <summary>U-Boot that says so.</summary>
    UBoot,

    /// <summary>MikroTik's RouterBOOT.</summary>
    RouterBoot,

    /// <summary>Network boot ROM or UEFI of a PC: never the device to recover, unless asked for.</summary>
    PxePc,

    /// <summary>PXE of something else, ARM boards mostly; some builds of U-Boot name themselves so.</summary>
    PxeOther,

    /// <summary>Etherboot and what descends from it.</summary>
    Etherboot,
}
