using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Unbrick.Net.Host;

namespace Unbrick.Net.Native;

/// <summary>One IPv4 neighbour as RTM_NEWNEIGH tells it (linux/neighbour.h).</summary>
/// <param name="Index">The adapter's index.</param>
/// <param name="State">One of the <c>NUD_</c> bits.</param>
/// <param name="Entry">Who it is.</param>
internal readonly record struct NetlinkNeighbor(int Index, ushort State, NeighborEntry Entry)
{
    /// <summary>Set by an administrator; never asked for, never forgotten (NUD_PERMANENT).</summary>
    public const ushort Permanent = 0x80;

    private const int FixedSize = 12;
    private const int MacBytes = 6;

    /// <summary>Reads the body of an RTM_NEWNEIGH; false for other families and for entries without a hardware address.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out NetlinkNeighbor neighbor)
    {
        neighbor = default;
        if (body.Length < FixedSize || body[0] != NetlinkRequest.Internet)
            return false;
        ReadOnlySpan<byte> attributes = body[FixedSize..];
        ReadOnlySpan<byte> address = NetlinkWire.Attribute(attributes, NetlinkRequest.NeighborAddress);
        ReadOnlySpan<byte> mac = NetlinkWire.Attribute(attributes, NetlinkRequest.NeighborMac);
        if (address.Length != 4 || mac.Length != MacBytes)
            return false;
        NeighborEntry entry = new(new IPAddress(address), new PhysicalAddress(mac.ToArray()));
        neighbor = new(MemoryMarshal.Read<int>(body[4..]), NetlinkWire.U16(body[8..]), entry);
        return true;
    }
}
