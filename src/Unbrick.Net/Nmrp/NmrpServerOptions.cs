using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Nmrp;

/// <summary>What an <see cref="NmrpServer"/> tells devices, and how long it waits for them.</summary>
public sealed record NmrpServerOptions
{
    /// <summary>The adapter's hardware address.</summary>
    public required PhysicalAddress OwnMac { get; init; }

    /// <summary>The address that a device is given.</summary>
    public required IPAddress DeviceAddress { get; init; }

    /// <summary>Bits of its network.</summary>
    public int PrefixLength { get; init; } = 24;

    /// <summary>The region that the device keeps for good; null leaves it as it is.</summary>
    public ushort? Region { get; init; }

    /// <summary>
    /// Pause between advertisements. Netgear's own server leaves 0.5 s (net/nmrp.h: NMRP_TIMEOUT_ADVERTISE), nmrpflash 60 ms; a device listens
    /// for 3 s at the least, part of which goes by until the link is up.
    /// </summary>
    public TimeSpan AdvertiseEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a configured device may take to ask for the file. It repeats itself for 2.5 s in each state (net/nmrp.h:
    /// NMRP_MAX_RETRY_CONF times 0.5 s); nmrpflash waits 10 s.
    /// </summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a device may be silent while it writes (nmrpflash: NMRP_DEFAULT_UL_TIMEOUT_S).</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long it may write in all, however often it says that it is alive.</summary>
    public TimeSpan LongestWriting { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long to go on answering repeated close requests: a device repeats them for 6 s if the answer is lost.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Complete uploads after which a device that asks once more is let go.</summary>
    public int MostUploads { get; init; } = 2;
}
