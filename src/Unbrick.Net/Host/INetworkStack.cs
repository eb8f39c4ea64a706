using System.Net;

namespace Unbrick.Net.Host;

/// <summary>
/// The seam between the pure servers and the world: ports and taps that are polled from one thread. Everything but <see cref="Wake"/>
/// must be called from that thread. A simulated stack moves its virtual clock in <see cref="Poll"/>, so the same loop runs in virtual time.
/// </summary>
public interface INetworkStack : IDisposable
{
    /// <summary>Monotonic time since some fixed moment; what the pure servers call "now".</summary>
    TimeSpan Now { get; }

    /// <summary>Opens a UDP port. Throws <see cref="NetworkException"/>.</summary>
    /// <param name="binding">Where.</param>
    /// <param name="onReadable">
    /// Called from <see cref="Poll"/> when a datagram waits; it need not take all. With many ports also when none does.
    /// </param>
    IUdpPort OpenUdp(in UdpBinding binding, Action<IUdpPort> onReadable);

    /// <summary>
    /// Hears frames on an adapter, before any firewall for those that come and behind it for those that go. Throws
    /// <see cref="NetworkException"/> (usually: not permitted).
    /// </summary>
    IFrameTap OpenTap(NetworkAdapter adapter, TapScope scope, Action<IFrameTap> onReadable);

    /// <summary>
    /// Sends and hears frames of one Ethertype on an adapter. Throws <see cref="NetworkException"/>:
    /// <see cref="NetworkFailure.NotPermitted"/> where a right is missing, <see cref="NetworkFailure.NotSupported"/> where the system has no
    /// raw frames.
    /// </summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="etherType">Host order; 0x0600 and above.</param>
    /// <param name="onReadable">Called from <see cref="Poll"/> when a frame waits; it need not take all.</param>
    IFramePort OpenFrames(NetworkAdapter adapter, ushort etherType, Action<IFramePort> onReadable);

    /// <summary>Waits until something can be read, <paramref name="atMost"/> is over or <see cref="Wake"/> is called; calls the handlers.</summary>
    void Poll(TimeSpan atMost);

    /// <summary>Ends a <see cref="Poll"/> that waits; from any thread.</summary>
    void Wake();
}

/// <summary>Which frames a tap hears.</summary>
public enum TapScope
{
    /// <summary>
    /// What tells who is there and what it wants: ARP, LLDP, IGMP, ICMPv6, DHCP/BOOTP, packets to the TFTP request port, and name services by
    /// multicast (mDNS, SSDP). A transfer passes by and costs nothing.
    /// </summary>
    Signs,

    /// <summary>ARP and all UDP over IPv4, the transfer itself included; only while something has to be found out.</summary>
    Transfers,
}

/// <summary>Where a UDP port is bound.</summary>
/// <param name="Local">Address (or any) and port (or 0 for a free one).</param>
/// <param name="Peer">Only datagrams from there; null for all.</param>
/// <param name="Adapter">Only this adapter, where the system can; null for all.</param>
/// <param name="Broadcast">May send to broadcast addresses.</param>
/// <param name="Shared">Others may hold the same port (a DHCP client's port 68, say).</param>
public readonly record struct UdpBinding(IPEndPoint Local, IPEndPoint? Peer = null, NetworkAdapter? Adapter = null, bool Broadcast = false, bool Shared = false);

/// <summary>One datagram's envelope.</summary>
/// <param name="Length">Bytes in the buffer.</param>
/// <param name="From">Sender.</param>
/// <param name="To">The address it was sent to (may be a broadcast address); any when the system does not tell.</param>
/// <param name="AdapterIndex">Index of the adapter it came in on; 0 when the system does not tell.</param>
public readonly record struct Arrival(int Length, IPEndPoint From, IPAddress To, int AdapterIndex);

/// <summary>An open UDP port.</summary>
public interface IUdpPort : IDisposable
{
    /// <summary>The bound address and port.</summary>
    IPEndPoint Local { get; }

    /// <summary>Takes one waiting datagram; false when there is none. Longer ones are cut to the buffer.</summary>
    bool TryReceive(Span<byte> buffer, out Arrival arrival);

    /// <summary>
    /// Sends one datagram; a full queue or an unreachable peer loses it silently, as the cable would.
    /// </summary>
    /// <param name="datagram">The payload.</param>
    /// <param name="to">The receiver; null on a port that was opened with a peer.</param>
    /// <param name="from">Source address to use, where the system can; null for its choice.</param>
    void Send(ReadOnlySpan<byte> datagram, IPEndPoint? to = null, IPAddress? from = null);

    /// <summary>
    /// Sends several datagrams that stand one behind the other, each <paramref name="segment"/> bytes, the last one perhaps shorter, to the
    /// port's peer; in one call where the system can.
    /// </summary>
    void SendSegments(ReadOnlySpan<byte> datagrams, int segment);
}

/// <summary>Hears raw Ethernet frames; never sends, never changes what the system sees.</summary>
public interface IFrameTap : IDisposable
{
    /// <summary>
    /// Takes one waiting frame from its destination address on, without FCS; false when there is none. <paramref name="outgoing"/>: this machine
    /// sent it (some systems do not show those).
    /// </summary>
    bool TryReceive(Span<byte> buffer, out int length, out bool outgoing);
}

/// <summary>Sends and hears raw Ethernet frames of one Ethertype.</summary>
public interface IFramePort : IDisposable
{
    /// <summary>Takes one waiting frame from its destination address on, without FCS; false when there is none. Longer ones are cut to the buffer.</summary>
    bool TryReceive(Span<byte> buffer, out int length);

    /// <summary>Sends one frame, from its destination address on; without a link, or with a full queue, it is lost silently.</summary>
    void Send(ReadOnlySpan<byte> frame);
}
