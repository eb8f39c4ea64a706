using System.Buffers.Binary;
using System.Net.NetworkInformation;

namespace Unbrick.Sim.Network;

/// <summary>A hardware address as a number, so that 26,000 frames a transfer cost no objects.</summary>
internal readonly record struct MacAddress(ulong Value)
{
    public const int Size = 6;

    public static MacAddress Broadcast { get; } = new(0xffff_ffff_ffff);

    public static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    public static MacAddress From(PhysicalAddress address) => Read(address.GetAddressBytes());

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)Value);
    }

    public PhysicalAddress ToPhysicalAddress()
    {
        byte[] bytes = new byte[Size];
        Write(bytes);
        return new PhysicalAddress(bytes);
    }

    /// <summary>As boot loaders print it: <c>74:2b:62:87:55:c1</c>.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToPhysicalAddress().GetAddressBytes())
        .Insert(10, ":").Insert(8, ":").Insert(6, ":").Insert(4, ":").Insert(2, ":");
}
