using System.Net;
using Unbrick.Net.Dhcp;
using Unbrick.Net.Host;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;

namespace Unbrick.Recovery.Serve;

/// <summary>All decisions of <c>unbrick serve</c>, made before anything is touched.</summary>
public sealed record ServePlan
{
    /// <summary>The device, when it is known.</summary>
    public DeviceProfile? Device { get; init; }

    /// <summary>The way back that is used, when the device is known.</summary>
    public RecoveryWay? Way { get; init; }

    /// <summary>Name of the image; empty when a folder is served.</summary>
    public string ImageName { get; init; } = "";

    /// <summary>What the check says about it for the device; null when there was nothing to check against.</summary>
    public ImageVerdict? Verdict { get; init; }

    /// <summary>The image; null when a folder is served.</summary>
    public ReadOnlyMemory<byte>? Image { get; init; }

    /// <summary>The folder; null when an image is served.</summary>
    public string? Root { get; init; }

    /// <summary>The adapter; null when all are listened on.</summary>
    public NetworkAdapter? Adapter { get; init; }

    /// <summary>Our address on it; null when all are listened on.</summary>
    public AdapterAddress? Address { get; init; }

    /// <summary>The address must be added for the run.</summary>
    public bool AddAddress { get; init; }

    /// <summary>What DHCP gives away; null: no DHCP.</summary>
    public DhcpServerOptions? Dhcp { get; init; }

    /// <summary>How long checking and writing may take after the last block.</summary>
    public TimeSpan Writing { get; init; }

    /// <summary>How long to watch for the device's return.</summary>
    public TimeSpan Watch { get; init; }

    /// <summary>An address that a device may have, for "our" half of the cable; null when the device gets one from us.</summary>
    public IPAddress? DeviceAddress => Way?.DeviceAddresses is [IPAddress first, ..] ? first : null;
}
