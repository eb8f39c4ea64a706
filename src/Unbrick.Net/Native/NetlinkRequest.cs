using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Unbrick.Net.Host;

namespace Unbrick.Net.Native;

/// <summary>
/// The requests we send. Layout after linux/if_addr.h, linux/if_link.h and linux/rtnetlink.h; after the header of
/// <see cref="NetlinkWire"/> comes
/// <code>
/// ifinfomsg  0 u8 family   1 u8 -       2 u16 hardware type   4 i32 index   8 u32 flags   12 u32 which flags to change
/// ifaddrmsg  0 u8 family   1 u8 prefix  2 u8 flags  3 u8 scope (0 = universe)  4 u32 index
/// ndmsg      0 u8 family   1 3 bytes -  4 i32 index   8 u16 state (NUD_)  10 u8 flags  11 u8 type
/// </code>
/// and then attributes; addresses in them are in network byte order.
/// </summary>
internal sealed class NetlinkRequest
{
    public const ushort AddressLocal = 2;
    public const ushort AddressPrefix = 1;
    public const ushort NeighborAddress = 1;
    public const ushort NeighborMac = 2;
    public const ushort LinkFamilySpecific = 26;
    public const ushort InternetConfiguration = 1;

    /// <summary>Number of promote_secondaries among the per-adapter settings (enum IPV4_DEVCONF_ in linux/ip.h).</summary>
    public const ushort PromoteSecondaries = 20;

    public const byte Internet = 2; // AF_INET
    public const uint FlagUp = 1; // IFF_UP

    private const ushort AddressBroadcast = 4;
    private const ushort LinkExtendedMask = 29;
    private const uint SkipStatistics = 8; // RTEXT_FILTER_SKIP_STATS: the counters are three quarters of an answer
    private const int LongestPrefixWithBroadcast = 30;

    private readonly byte[] _bytes = new byte[128]; // the longest request has 52
    private int _length;

    private NetlinkRequest(ushort type, ushort flags, uint sequence)
    {
        Append(0);
        Append(type, (ushort)(flags | NetlinkWire.FlagRequest));
        Append(sequence);
        Append(0);
    }

    /// <summary>All adapters.</summary>
    public static byte[] DumpLinks(uint sequence)
    {
        NetlinkRequest request = new(NetlinkWire.GetLink, NetlinkWire.FlagDump, sequence);
        request.AppendLink(index: 0, flags: 0, change: 0);
        request.AppendAttribute(LinkExtendedMask, SkipStatistics);
        return request.Finish();
    }

    /// <summary>All IPv4 addresses of all adapters.</summary>
    public static byte[] DumpAddresses(uint sequence)
    {
        NetlinkRequest request = new(NetlinkWire.GetAddress, NetlinkWire.FlagDump, sequence);
        request.AppendAddressHeader(index: 0, prefixLength: 0);
        return request.Finish();
    }

    /// <summary>Switches an adapter on or off.</summary>
    public static byte[] SetUp(uint sequence, int index, bool up)
    {
        NetlinkRequest request = new(NetlinkWire.NewLink, NetlinkWire.FlagAck, sequence);
        request.AppendLink(index, up ? FlagUp : 0, FlagUp);
        return request.Finish();
    }

    /// <summary>
    /// Says whether the other addresses of a network outlive its first one on this adapter. Off in the kernel unless a distribution
    /// turns it on (net.ipv4.conf.*.promote_secondaries).
    /// </summary>
    public static byte[] SetPromoteSecondaries(uint sequence, int index, bool on)
    {
        NetlinkRequest request = new(NetlinkWire.NewLink, NetlinkWire.FlagAck, sequence);
        request.AppendLink(index, flags: 0, change: 0);
        int link = request.BeginNested(LinkFamilySpecific);
        int internet = request.BeginNested(Internet);
        int settings = request.BeginNested(InternetConfiguration);
        request.AppendAttribute(PromoteSecondaries, on ? 1u : 0);
        request.EndNested(settings);
        request.EndNested(internet);
        request.EndNested(link);
        return request.Finish();
    }

    /// <summary>Adds an address; fails with EEXIST when it is there.</summary>
    public static byte[] Add(uint sequence, int index, AdapterAddress address)
    {
        NetlinkRequest request = new(
            NetlinkWire.NewAddress, NetlinkWire.FlagAck | NetlinkWire.FlagExclusive | NetlinkWire.FlagCreate, sequence);
        request.AppendAddress(index, address);
        if (address.PrefixLength <= LongestPrefixWithBroadcast)
        {
            uint broadcast = Ipv4.ToNumber(address.Address) | ~Ipv4.Mask(address.PrefixLength);
            request.AppendAttribute(AddressBroadcast, NetworkOrder(broadcast));
        }
        return request.Finish();
    }

    /// <summary>Takes an address away; fails with EADDRNOTAVAIL when it is not there.</summary>
    public static byte[] Delete(uint sequence, int index, AdapterAddress address)
    {
        NetlinkRequest request = new(NetlinkWire.DeleteAddress, NetlinkWire.FlagAck, sequence);
        request.AppendAddress(index, address);
        return request.Finish();
    }

    /// <summary>All IPv4 neighbours of all adapters.</summary>
    public static byte[] DumpNeighbors(uint sequence)
    {
        NetlinkRequest request = new(NetlinkWire.GetNeighbor, NetlinkWire.FlagDump, sequence);
        request.AppendNeighborHeader(index: 0, state: 0);
        return request.Finish();
    }

    /// <summary>Fixes a neighbour, whatever the kernel had found out about it before.</summary>
    public static byte[] Fix(uint sequence, int index, NeighborEntry neighbor)
    {
        NetlinkRequest request = new(
            NetlinkWire.NewNeighbor, NetlinkWire.FlagAck | NetlinkWire.FlagReplace | NetlinkWire.FlagCreate, sequence);
        request.AppendNeighborHeader(index, NetlinkNeighbor.Permanent);
        request.AppendAttribute(NeighborAddress, NetworkOrder(Ipv4.ToNumber(neighbor.Address)));
        request.AppendAttribute(NeighborMac, neighbor.Mac.GetAddressBytes());
        return request.Finish();
    }

    /// <summary>Forgets a neighbour; fails with ENOENT when it is not there.</summary>
    public static byte[] Forget(uint sequence, int index, IPAddress address)
    {
        NetlinkRequest request = new(NetlinkWire.DeleteNeighbor, NetlinkWire.FlagAck, sequence);
        request.AppendNeighborHeader(index, state: 0);
        request.AppendAttribute(NeighborAddress, NetworkOrder(Ipv4.ToNumber(address)));
        return request.Finish();
    }

    private static uint NetworkOrder(uint number) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(number) : number;

    private void AppendLink(int index, uint flags, uint change)
    {
        Append(0);
        Append((uint)index);
        Append(flags);
        Append(change);
    }

    private void AppendAddressHeader(int index, int prefixLength)
    {
        _bytes[_length] = Internet;
        _bytes[_length + 1] = (byte)prefixLength;
        _length += sizeof(uint);
        Append((uint)index);
    }

    private void AppendNeighborHeader(int index, ushort state)
    {
        Append((uint)(BitConverter.IsLittleEndian ? Internet : Internet << 24)); // a byte, then padding
        Append((uint)index);
        Append(state, 0);
    }

    private void AppendAddress(int index, AdapterAddress address)
    {
        uint number = NetworkOrder(Ipv4.ToNumber(address.Address));
        AppendAddressHeader(index, address.PrefixLength);
        AppendAttribute(AddressLocal, number);
        AppendAttribute(AddressPrefix, number);
    }

    private void AppendAttribute(ushort type, uint value)
    {
        Append(NetlinkWire.AttributeHeaderSize + sizeof(uint), type);
        Append(value);
    }

    private void AppendAttribute(ushort type, ReadOnlySpan<byte> value)
    {
        Append((ushort)(NetlinkWire.AttributeHeaderSize + value.Length), type);
        value.CopyTo(_bytes.AsSpan(_length));
        _length += NetlinkWire.Padded(value.Length);
    }

    private int BeginNested(ushort type)
    {
        int start = _length;
        Append(0, type);
        return start;
    }

    private void EndNested(int start)
    {
        ushort size = (ushort)(_length - start);
        MemoryMarshal.Write(_bytes.AsSpan(start), in size);
    }

    private void Append(ushort first, ushort second)
    {
        MemoryMarshal.Write(_bytes.AsSpan(_length), in first);
        MemoryMarshal.Write(_bytes.AsSpan(_length + sizeof(ushort)), in second);
        _length += 2 * sizeof(ushort);
    }

    private void Append(uint value)
    {
        MemoryMarshal.Write(_bytes.AsSpan(_length), in value);
        _length += sizeof(uint);
    }

    private byte[] Finish()
    {
        MemoryMarshal.Write(_bytes, in _length);
        return _bytes[.._length];
    }
}
