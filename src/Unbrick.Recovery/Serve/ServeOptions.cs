using System.Net;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Serve;

/// <summary>What the user asked <c>unbrick serve</c> for; the names are those of the command line.</summary>
public sealed record ServeOptions
{
    /// <summary>The device, as typed; null to find out from what it asks for.</summary>
    public string? Device { get; init; }

    /// <summary>The image for it; null when a folder is served.</summary>
    public string? Image { get; init; }

    /// <summary>The image's bytes, when they are in memory already; <see cref="Image"/> is only its name then.</summary>
    public ReadOnlyMemory<byte>? ImageContent { get; init; }

    /// <summary>The folder to serve; null when an image is.</summary>
    public string? Root { get; init; }

    /// <summary>Name of the adapter; null to take the only one that can be meant.</summary>
    public string? Interface { get; init; }

    /// <summary>The address to have on the adapter while it runs.</summary>
    public AdapterAddress? Address { get; init; }

    /// <summary>Answer DHCP and BOOTP; null: when it makes sense.</summary>
    public bool? Dhcp { get; init; }

    /// <summary>First and last address to give away; null: chosen from the adapter's network.</summary>
    public (IPAddress First, IPAddress Last)? Pool { get; init; }

    /// <summary>The file name that DHCP tells.</summary>
    public string? BootFile { get; init; }

    /// <summary>The TFTP request port.</summary>
    public int Port { get; init; } = 69;

    /// <summary>All TFTP packets from that port.</summary>
    public bool SinglePort { get; init; }

    /// <summary>Bits per second at the most (<see cref="Net.Tftp.TftpServerOptions.Pace"/>); null for no limit.</summary>
    public long? Pace { get; init; }

    /// <summary>Recover by Netgear's NMRP instead; also chosen by itself for devices that know nothing else.</summary>
    public bool Nmrp { get; init; }

    /// <summary>The region that the device is to have from now on (<see cref="Net.Nmrp.NmrpRegion"/>); null leaves it as it is.</summary>
    public ushort? Region { get; init; }

    /// <summary>Go on after a device has got its file.</summary>
    public bool Forever { get; init; }

    /// <summary>The only file of the folder goes out under every name.</summary>
    public bool AnyName { get; init; }

    /// <summary>Serve although a check said no.</summary>
    public bool Anyway { get; init; }

    /// <summary>Touch neither addresses nor adapters: they are set up already.</summary>
    public bool NoHostChanges { get; init; }

    /// <summary>Take files that devices send into this folder; null refuses them.</summary>
    public string? Uploads { get; init; }

    /// <summary>Send the image to the device instead of waiting for its request; null: when its kind is known to want that.</summary>
    public PutOptions? Put { get; init; }

    /// <summary>Largest upload in bytes.</summary>
    public long UploadLimit { get; init; } = 256L << 20;

    /// <summary>The block number after 65535.</summary>
    public int RollOverTo { get; init; }

    /// <summary>Heal losses (see <see cref="Net.Tftp.TftpServerOptions.Heal"/>); the demo shows what happens without.</summary>
    public bool Heal { get; init; } = true;

    /// <summary>How long to watch for the device's return after its last block; null: as long as its writing may take.</summary>
    public TimeSpan? Watch { get; init; }
}
