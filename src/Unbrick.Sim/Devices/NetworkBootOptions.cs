using System.Net;

namespace Unbrick.Sim.Devices;

/// <summary>
/// What differs from one <see cref="NetworkBootDevice"/> to the next. All times are assumed but those that a device's own page names.
/// </summary>
public sealed record NetworkBootOptions
{
    /// <summary>Its address in the boot loader; null asks for one.</summary>
    public IPAddress? OwnIp { get; init; }

    /// <summary>Whom it asks, unless it is told.</summary>
    public IPAddress ServerIp { get; init; } = new([192, 168, 31, 100]);

    /// <summary>What it asks for, unless it is told; empty for the address in hex.</summary>
    public string File { get; init; } = "";

    /// <summary>BOOTP alone, without DHCP.</summary>
    public bool Bootp { get; init; }

    /// <summary>From power to link.</summary>
    public TimeSpan LinkDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the last block to the verdict.</summary>
    public TimeSpan CheckTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Erasing and writing, or unpacking what runs from memory.</summary>
    public TimeSpan WriteTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Link down while it starts the new system.</summary>
    public TimeSpan ResetTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From the link coming back to the new system's network.</summary>
    public TimeSpan FirmwareBootTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The new system's address.</summary>
    public IPAddress FirmwareIp { get; init; } = new([192, 168, 1, 1]);

    /// <summary>Largest image in bytes.</summary>
    public int LargestImage { get; init; } = 32 << 20;

    /// <summary>From a frame's arrival to the first bit of the answer.</summary>
    public TimeSpan Turnaround { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>For the hardware address and the moment of the power-on.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Where a <see cref="NetworkBootDevice"/> stands.</summary>
public enum NetworkBootState
{
    /// <summary>No power.</summary>
    Off,

    /// <summary>Power, no link yet.</summary>
    Starting,

    /// <summary>Asks for an address and the file, or loads it.</summary>
    Loading,

    /// <summary>Has a file and looks at it.</summary>
    Checking,

    /// <summary>Writes the flash, or unpacks; link up, deaf.</summary>
    Writing,

    /// <summary>Starts the new system.</summary>
    Booting,

    /// <summary>The new system runs.</summary>
    Recovered,

    /// <summary>It gave up and started what is in its flash.</summary>
    Dead,

    /// <summary>The power went while the flash was being written.</summary>
    Bricked,
}
