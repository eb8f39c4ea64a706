using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;

namespace Unbrick.Net.Native;

/// <summary>
/// One adapter as RTM_NEWLINK tells it (linux/if_link.h); the layout of the fixed part stands at <see cref="NetlinkRequest"/>.
/// </summary>
/// <param name="Index">Unique in this network namespace until the next boot.</param>
/// <param name="Name">The system's name.</param>
/// <param name="HardwareType">ARPHRD_ number: 1 is Ethernet.</param>
/// <param name="Flags">IFF_ bits.</param>
/// <param name="Mac">Hardware address.</param>
/// <param name="Mtu">Largest IP packet in bytes.</param>
/// <param name="HasMaster">Part of a bridge, a bond or the like.</param>
/// <param name="Kind">The driver's word for adapters made by software (<c>veth</c>, <c>bridge</c>); null for hardware.</param>
/// <param name="Carrier">Whether the other end of the cable is there.</param>
/// <param name="PromotesSecondaries">See <see cref="NetlinkRequest.SetPromoteSecondaries"/>; only this adapter's own setting.</param>
internal sealed record NetlinkLink(
    int Index, string Name, ushort HardwareType, uint Flags, PhysicalAddress Mac, int Mtu, bool HasMaster, string? Kind, bool Carrier,
    bool PromotesSecondaries)
{
    private const int FixedSize = 16;
    private const int LongestHardwareAddress = 32; // MAX_ADDR_LEN in the kernel
    private const ushort AttributeMac = 1;
    private const ushort AttributeName = 3;
    private const ushort AttributeMtu = 4;
    private const ushort AttributeMaster = 10;
    private const ushort AttributeInfo = 18;
    private const ushort AttributeInfoKind = 1;
    private const ushort AttributeCarrier = 33;

    /// <summary>Reads the body of an RTM_NEWLINK; false when it is too short or without a name.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out NetlinkLink link)
    {
        link = null!;
        if (body.Length < FixedSize)
            return false;
        ReadOnlySpan<byte> attributes = body[FixedSize..];
        string name = Text(NetlinkWire.Attribute(attributes, AttributeName));
        if (name.Length == 0)
            return false;
        ReadOnlySpan<byte> mac = NetlinkWire.Attribute(attributes, AttributeMac);
        string kind = Text(NetlinkWire.Attribute(NetlinkWire.Attribute(attributes, AttributeInfo), AttributeInfoKind));
        link = new(
            MemoryMarshal.Read<int>(body[4..]), name, NetlinkWire.U16(body[2..]), NetlinkWire.U32(body[8..]),
            new PhysicalAddress(mac[..Math.Min(mac.Length, LongestHardwareAddress)].ToArray()),
            (int)Math.Min(Number(NetlinkWire.Attribute(attributes, AttributeMtu)), int.MaxValue),
            Number(NetlinkWire.Attribute(attributes, AttributeMaster)) != 0,
            kind.Length == 0 ? null : kind,
            NetlinkWire.Attribute(attributes, AttributeCarrier) is [not 0],
            Promotes(attributes));
        return true;
    }

    private static bool Promotes(ReadOnlySpan<byte> attributes)
    {
        // The kernel tells all settings as an array of u32, the first one being number 1.
        ReadOnlySpan<byte> families = NetlinkWire.Attribute(attributes, NetlinkRequest.LinkFamilySpecific);
        ReadOnlySpan<byte> internet = NetlinkWire.Attribute(families, NetlinkRequest.Internet);
        ReadOnlySpan<byte> settings = NetlinkWire.Attribute(internet, NetlinkRequest.InternetConfiguration);
        int at = (NetlinkRequest.PromoteSecondaries - 1) * sizeof(uint);
        return settings.Length >= at + sizeof(uint) && NetlinkWire.U32(settings[at..]) != 0;
    }

    private static uint Number(ReadOnlySpan<byte> value) => value.Length == sizeof(uint) ? NetlinkWire.U32(value) : 0;

    private static string Text(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? value : value[..end]);
    }
}
