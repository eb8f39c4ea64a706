using System.Net;
using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Devices;

/// <summary>A board whose U-Boot loads one file over the network as soon as it has power.</summary>
public sealed record UBootRouterOptions
{
    /// <summary>How it loads.</summary>
    public required UBootTftpOptions Tftp { get; init; }

    /// <summary>Its address; null asks by DHCP.</summary>
    public IPAddress? OwnIp { get; init; }

    /// <summary>The server, unless DHCP names one.</summary>
    public IPAddress ServerIp { get; init; } = new([192, 168, 1, 2]);

    /// <summary>The file, unless DHCP names one; empty for none.</summary>
    public string File { get; init; } = "";

    /// <summary>The file when there is none; null for the address in hex. Ralink's 1.1.3 has <c>test.bin</c>.</summary>
    public string? DefaultFile { get; init; }

    /// <summary>DHCP as from v2014.10 on: again after 250 ms, doubling.</summary>
    public bool ModernDhcp { get; init; }

    /// <summary>Port speed in Mbit/s.</summary>
    public int PortSpeedMbit { get; init; } = 100;

    /// <summary>From power to link.</summary>
    public TimeSpan LinkDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// From a frame's arrival to the first bit of the answer. Assumed: makes about 1.3 MB/s of 512-byte blocks, as loaders of this
    /// class do.
    /// </summary>
    public TimeSpan Turnaround { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>For the hardware address and the moment of the power-on: the loader's port follows from it.</summary>
    public ulong Seed { get; init; }
}
