using System.Net;

namespace Unbrick.Recovery.Evidence;

/// <summary>What went over the cable while a transfer stood still, as the raw capture heard it.</summary>
/// <param name="peer">The device.</param>
/// <param name="since">Since when it was listened.</param>
internal sealed class StallEvidence(IPEndPoint peer, TimeSpan since)
{
    /// <summary>The device.</summary>
    public IPEndPoint Peer { get; } = peer;

    /// <summary>Since when it was listened.</summary>
    public TimeSpan Since { get; } = since;

    /// <summary>Packets of ours to the device that left this machine.</summary>
    public int Left { get; set; }

    /// <summary>Packets of the device to the transfer's port that came in.</summary>
    public int Came { get; set; }

    /// <summary>When the first of them came.</summary>
    public TimeSpan? FirstCame { get; set; }

    /// <summary>The last of them: from where to where.</summary>
    public (IPEndPoint From, IPEndPoint To)? LastCame { get; set; }

    /// <summary>ARP questions of this machine for the device.</summary>
    public int ArpAsked { get; set; }
}
