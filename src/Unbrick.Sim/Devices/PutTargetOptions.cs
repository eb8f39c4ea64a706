using System.Net;

namespace Unbrick.Sim.Devices;

/// <summary>A boot loader that is the TFTP server and takes the file which the PC puts.</summary>
public sealed record PutTargetOptions
{
    /// <summary>Its address while the boot loader runs.</summary>
    public IPAddress OwnIp { get; init; } = new([192, 168, 1, 1]);

    /// <summary>The only address it takes a file from; null for any.</summary>
    public IPAddress? OnlyFrom { get; init; }

    /// <summary>Its hardware address as a number; null for one from the seed.</summary>
    public ulong? Mac { get; init; }

    /// <summary>Answers ARP requests; Buffalo's do not.</summary>
    public bool AnswersArp { get; init; } = true;

    /// <summary>Part of the only name it takes, in any case; empty for any name.</summary>
    public string NameHas { get; init; } = "";

    /// <summary>From power to link.</summary>
    public TimeSpan LinkDelay { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the link to the opening of the window.</summary>
    public TimeSpan OpensAfter { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long it waits for a request; null for as long as it takes (a rescue mode that was entered with a button).</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>How long the dead firmware runs before the watchdog restarts the board; null for ever.</summary>
    public TimeSpan? RestartsAfter { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Acknowledges the last block; the loaders that begin to write at once do not.</summary>
    public bool AcksLast { get; init; } = true;

    /// <summary>What it says about the image after the last block, as ERROR 0; null when it likes it.</summary>
    public string? Refusal { get; init; }

    /// <summary>It restarts, once, when this block comes (its power supply is weak); 0 for never.</summary>
    public int RestartsAtBlock { get; init; }

    /// <summary>It is deaf, once, for this long from the tenth block on (it erases its flash while loading).</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>From the last block to the verdict.</summary>
    public TimeSpan CheckTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Erasing and writing.</summary>
    public TimeSpan WriteTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Link down while it resets.</summary>
    public TimeSpan ResetTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From the link coming back to the new firmware's network.</summary>
    public TimeSpan FirmwareBootTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The new firmware's address; these have the same as their boot loader.</summary>
    public IPAddress FirmwareIp { get; init; } = new([192, 168, 1, 1]);

    /// <summary>From a frame's arrival to the first bit of the answer.</summary>
    public TimeSpan Turnaround { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>For the hardware address and the milliseconds of the start.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Where a <see cref="PutTarget"/> stands.</summary>
public enum PutTargetState
{
    /// <summary>No power.</summary>
    Off,

    /// <summary>Power, and no open window yet.</summary>
    Starting,

    /// <summary>Waits for a request.</summary>
    Listening,

    /// <summary>Takes blocks.</summary>
    Loading,

    /// <summary>Looks at the file.</summary>
    Checking,

    /// <summary>Writes the flash; link up, deaf.</summary>
    Writing,

    /// <summary>Resets and boots.</summary>
    Booting,

    /// <summary>The new firmware runs.</summary>
    Recovered,

    /// <summary>The window closed and the dead firmware was started.</summary>
    Dead,
}
