using System.Net;
using System.Runtime.InteropServices;
using Unbrick.Net.Host;

namespace Unbrick.Net.Native;

/// <summary>One IPv4 address as RTM_NEWADDR tells it (linux/if_addr.h).</summary>
/// <param name="Index">The adapter's index.</param>
/// <param name="Address">The address.</param>
internal readonly record struct NetlinkAddress(int Index, AdapterAddress Address)
{
    private const int FixedSize = 8;
    private const int LongestPrefix = 32;

    /// <summary>Reads the body of an RTM_NEWADDR; false for other families and for what has no address.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out NetlinkAddress address)
    {
        address = default;
        if (body.Length < FixedSize || body[0] != NetlinkRequest.Internet || body[1] > LongestPrefix)
            return false;
        // On a point-to-point link the "address" attribute is the other end; "local" is ours wherever both are there.
        ReadOnlySpan<byte> attributes = body[FixedSize..];
        ReadOnlySpan<byte> bytes = NetlinkWire.Attribute(attributes, NetlinkRequest.AddressLocal);
        if (bytes.Length != 4)
            bytes = NetlinkWire.Attribute(attributes, NetlinkRequest.AddressPrefix);
        if (bytes.Length != 4)
            return false;
        address = new(MemoryMarshal.Read<int>(body[4..]), new AdapterAddress(new IPAddress(bytes), body[1]));
        return true;
    }
}
