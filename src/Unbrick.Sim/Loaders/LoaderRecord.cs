namespace Unbrick.Sim.Loaders;

/// <summary>
/// What a simulated loader went through, for comparing what a server concludes from packets with what was so. Counts run over all tries.
/// </summary>
public sealed class LoaderRecord
{
    /// <summary>Read requests sent, repeats included.</summary>
    public int Requests { get; internal set; }

    /// <summary>Time-outs ("T " on the console).</summary>
    public int Timeouts { get; internal set; }

    /// <summary>The most time-outs of one try: more than ten and the loader starts again.</summary>
    public int MostTimeoutsInOneTry { get; internal set; }

    /// <summary>Times it began anew.</summary>
    public int Restarts { get; internal set; }

    /// <summary>Files that came in to their end.</summary>
    public int Completed { get; internal set; }

    /// <summary>Blocks stored, repeats included.</summary>
    public int BlocksStored { get; internal set; }

    /// <summary>Blocks ignored without an answer.</summary>
    public int BlocksIgnored { get; internal set; }

    /// <summary>Acknowledgements of an older block because a block came out of order (strict loaders only).</summary>
    public int Nacks { get; internal set; }

    /// <summary>ARP requests sent.</summary>
    public int ArpRequests { get; internal set; }

    /// <summary>DHCP and BOOTP requests broadcast.</summary>
    public int DhcpBroadcasts { get; internal set; }

    /// <summary>IP headers whose first 20 bytes do not sum up.</summary>
    public int BadChecksums { get; internal set; }

    /// <summary>The source port of the last try.</summary>
    public int LastPort { get; internal set; }

    /// <summary>What stood in memory at the end of the last complete transfer.</summary>
    public ReadOnlyMemory<byte> Received { get; internal set; }

    /// <summary>
    /// The last complete transfer left holes, wrote a place twice with different bytes, or ran past the memory: what is in memory is not
    /// the file, and the loader does not know.
    /// </summary>
    public bool Corrupted { get; internal set; }
}
