using System.Net;
using System.Net.NetworkInformation;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Evidence;

/// <summary>
/// Asks now and then, in the form of RFC 5227 (an ARP question with sender 0.0.0.0), whether somebody else has an address of ours. Who has it
/// answers, and <see cref="WireEvidence"/> hears that.
/// </summary>
internal sealed class AddressProbe : IDisposable
{
    private const ushort ArpEtherType = 0x0806;
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(0.3), s_pause = TimeSpan.FromSeconds(1.5);

    private readonly IFramePort _port;
    private readonly PhysicalAddress _mac;
    private readonly byte[] _sink = new byte[64];
    private TimeSpan? _next;

    /// <summary>Opens raw ARP frames. Throws <see cref="NetworkException"/> where the right is missing.</summary>
    public AddressProbe(INetworkStack stack, NetworkAdapter adapter)
    {
        _mac = adapter.Mac;
        _port = stack.OpenFrames(adapter, ArpEtherType, Drain);
    }

    /// <summary>Asks, if it is time to.</summary>
    /// <param name="address">The address; null for none.</param>
    /// <param name="up">There is a link.</param>
    /// <param name="now">Monotonic time.</param>
    public void Look(IPAddress? address, bool up, TimeSpan now)
    {
        if (!up || address is null)
        {
            _next = null;
            return;
        }
        _next ??= now + s_first;
        if (now < _next)
            return;
        _next = now + s_pause;
        _port.Send(Question(_mac, address));
    }

    /// <inheritdoc/>
    public void Dispose() => _port.Dispose();

    /// <summary>Ethernet 14, then ARP (RFC 826): 1, 0800, 6, 4, request, our MAC, 0.0.0.0, no MAC, the address; padded to 60.</summary>
    internal static byte[] Question(PhysicalAddress mac, IPAddress address)
    {
        byte[] frame = new byte[60], own = mac.GetAddressBytes();
        frame.AsSpan(0, 6).Fill(0xff);
        own.CopyTo(frame, 6);
        ReadOnlySpan<byte> head = [0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1];
        head.CopyTo(frame.AsSpan(12));
        own.CopyTo(frame, 22);
        address.GetAddressBytes().CopyTo(frame, 38);
        return frame;
    }

    /// <summary>The answers are read from the tap; here they would only wait.</summary>
    private void Drain(IFramePort port)
    {
        for (int i = 0; i < 64 && port.TryReceive(_sink, out _); i++)
            continue;
    }
}
