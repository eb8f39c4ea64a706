using System.Text;

namespace Unbrick.Tests.Net.Host;

/// <summary>Puts answers of the kernel together, as a little-endian machine has them.</summary>
internal static class NetlinkBytes
{
    public static byte[] Message(ushort type, ushort flags, uint sequence, params byte[][] parts)
    {
        byte[] body = [.. parts.SelectMany(part => part)];
        return [.. U32((uint)(16 + body.Length)), .. U16(type), .. U16(flags), .. U32(sequence), .. U32(0), .. body];
    }

    public static byte[] Attribute(ushort type, params byte[] value)
    {
        byte[] bare = [.. U16((ushort)(4 + value.Length)), .. U16(type), .. value];
        return [.. bare, .. new byte[(4 - bare.Length % 4) % 4]];
    }

    public static byte[] Nested(ushort type, params byte[][] attributes) => Attribute(type, [.. attributes.SelectMany(one => one)]);

    public static byte[] Text(ushort type, string text) => Attribute(type, [.. Encoding.UTF8.GetBytes(text), 0]);

    public static byte[] LinkHeader(ushort hardware, int index, uint flags) =>
        [0, 0, .. U16(hardware), .. U32((uint)index), .. U32(flags), .. U32(0)];

    public static byte[] AddressHeader(byte family, byte prefix, int index) => [family, prefix, 0, 0, .. U32((uint)index)];

    public static byte[] U16(ushort value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] U32(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}
