using System.Net;
using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Devices;

/// <summary>
/// An Archer C7 v2 with a dead firmware. Known: addresses and file name (openwrt wiki; tcpdump of a v2 published in a makerspace's
/// wireless guide: "192.168.0.86.3945 … 45 RRQ ArcherC7v2_tp_recovery.bin octet timeout 3", so no blksize and three seconds), console
/// text and load address (serial log in LEDE bug 3652), hwid (mktplinkfw.c), room for the image 0xf80000. Assumed, since no source is
/// public: ten time-outs, 10 s of rest, the times for checking, writing and booting, and that the button is looked at before each new
/// try.
/// </summary>
public sealed record TpLinkRecoveryOptions
{
    /// <summary>As loaders before firmware 3.14.1 ask 192.168.1.66 from 192.168.1.86, this can be changed.</summary>
    public IPAddress OwnIp { get; init; } = new([192, 168, 0, 86]);

    /// <summary>Whom it asks.</summary>
    public IPAddress ServerIp { get; init; } = new([192, 168, 0, 66]);

    /// <summary>What it asks for; loaders that came with firmware 3.14.1 and later may ask for ArcherC7v3_tp_recovery.bin.</summary>
    public string File { get; init; } = "ArcherC7v2_tp_recovery.bin";

    /// <summary>How it loads.</summary>
    public UBootTftpOptions Tftp { get; init; } =
        UBootTftpOptions.UBoot11 with { TimeoutSeconds = 3, LoadAddress = 0x8006_0000, Adapter = "eth1" };

    /// <summary>At 0x40 of a TP-Link v1 header; another one is refused.</summary>
    public uint HardwareId { get; init; } = 0xc700_0002;

    /// <summary>Room between boot loader and calibration data.</summary>
    public int LargestImage { get; init; } = 0xf8_0000;

    /// <summary>From power to link (and the first ARP request).</summary>
    public TimeSpan LinkDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the button is held from power-on; null for as long as it takes.</summary>
    public TimeSpan? ButtonHeld { get; init; }

    /// <summary>From the last block to the verdict.</summary>
    public TimeSpan CheckTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Erasing and writing 16 MiB of NOR flash.</summary>
    public TimeSpan WriteTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Link down while it resets its switch.</summary>
    public TimeSpan ResetTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From the link coming back to the new firmware's network.</summary>
    public TimeSpan FirmwareBootTime { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>It restarts once, in the middle of loading, when so many blocks are stored (a weak power supply); 0 for never.</summary>
    public int RebootAtBlock { get; init; }

    /// <summary>It writes while it loads: deaf for so long after every 64 KiB; zero for loaders that write at the end.</summary>
    public TimeSpan EraseTime { get; init; }

    /// <summary>The new firmware's address.</summary>
    public IPAddress FirmwareIp { get; init; } = new([192, 168, 0, 1]);

    /// <summary>From a frame's arrival to the first bit of the answer.</summary>
    public TimeSpan Turnaround { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>For the hardware address and the moment of the power-on: the loader's port follows from it.</summary>
    public ulong Seed { get; init; }
}
