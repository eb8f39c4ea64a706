using System.Buffers.Binary;

namespace Unbrick.Sim.Network;

/// <summary>Ethernet II: destination 6, source 6, type 2, payload; without FCS.</summary>
internal static class EthernetFrame
{
    public const int HeaderSize = 14;

    /// <summary>Shortest frame without FCS (IEEE 802.3): hardware pads what it sends.</summary>
    public const int LeastSize = 60;

    public const int MostSize = HeaderSize + Mtu;
    public const int Mtu = 1500;
    public const ushort Ipv4Type = 0x0800;
    public const ushort ArpType = 0x0806;
    public const ushort Ipv6Type = 0x86dd;
    public const ushort LldpType = 0x88cc;

    public static void WriteHeader(Span<byte> frame, MacAddress to, MacAddress from, ushort type)
    {
        to.Write(frame);
        from.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], type);
    }

    public static bool TryRead(ReadOnlySpan<byte> frame, out MacAddress to, out MacAddress from, out ushort type)
    {
        (to, from, type) = (default, default, 0);
        if (frame.Length < HeaderSize)
            return false;
        to = MacAddress.Read(frame);
        from = MacAddress.Read(frame[6..]);
        type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        return true;
    }

    /// <summary>Fills up to the shortest length with zeros; the length to send.</summary>
    public static int Pad(Span<byte> frame, int length)
    {
        if (length >= LeastSize)
            return length;
        frame[length..LeastSize].Clear();
        return LeastSize;
    }
}
