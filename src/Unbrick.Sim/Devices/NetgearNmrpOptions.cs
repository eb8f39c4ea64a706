using System.Net;

namespace Unbrick.Sim.Devices;

/// <summary>
/// A Netgear router with a dead firmware. Known from net/nmrp.c and net/nmrp.h of two generations of Netgear's U-Boot (Delta Networks 2008,
/// T&amp;W 2020) and from nmrpflash: the messages, 0.5 s between repetitions, five of them, 3 to 6 s of listening, keep-alive only in the newer
/// one, twelve good byes, and that it then blinks until it is switched off. Assumed: the times for writing and booting, and a block's turnaround.
/// </summary>
public sealed record NetgearNmrpOptions
{
    /// <summary>What it calls the file; null asks without a name, as the loader of 2008 does.</summary>
    public string? File { get; init; } = "firmware";

    /// <summary>From power to link.</summary>
    public TimeSpan LinkDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long it listens for an advertisement.</summary>
    public TimeSpan ListenTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause between keep-alive requests while it writes; null sends none at all.</summary>
    public TimeSpan? KeepAliveEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Erasing and writing.</summary>
    public TimeSpan WriteTime { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>Images it refuses before it takes one.</summary>
    public int Refuses { get; init; }

    /// <summary>It takes its configuration and then asks for nothing.</summary>
    public bool NeverAsks { get; init; }

    /// <summary>Answers ARP requests; it has said its hardware address in every message, and some do not say it again.</summary>
    public bool AnswersArp { get; init; } = true;

    /// <summary>It never says good bye.</summary>
    public bool NeverCloses { get; init; }

    /// <summary>The last block is not acknowledged.</summary>
    public bool SwallowsLastAck { get; init; }

    /// <summary>Blocks after which its power fails once for a moment; 0 for never.</summary>
    public int RestartAtBlock { get; init; }

    /// <summary>It restarts itself after its good bye, as newer ones do; others blink until they are switched off.</summary>
    public bool RestartsItself { get; init; }

    /// <summary>From the restart to the new firmware's network.</summary>
    public TimeSpan FirmwareBootTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The new firmware's address.</summary>
    public IPAddress FirmwareIp { get; init; } = new([192, 168, 1, 1]);

    /// <summary>Largest image in bytes.</summary>
    public int LargestImage { get; init; } = 32 << 20;

    /// <summary>From a frame's arrival to the first bit of the answer.</summary>
    public TimeSpan Turnaround { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>For the hardware address and the moment of the power-on.</summary>
    public ulong Seed { get; init; }
}
