using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Tftp;

namespace Unbrick.Recovery.Serve;

/// <summary>What the user said about a device that takes the file by TFTP instead of asking for it (<c>unbrick serve --put</c>).</summary>
public sealed record PutOptions
{
    /// <summary>Where the device is; null: where its kind is known to be.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Its hardware address, for loaders that answer no ARP; null: as known, or found out by ARP.</summary>
    public PhysicalAddress? Mac { get; init; }

    /// <summary>Bytes in a block; boot loaders know 512.</summary>
    public int BlockSize { get; init; } = TftpWire.DefaultBlockSize;
}
