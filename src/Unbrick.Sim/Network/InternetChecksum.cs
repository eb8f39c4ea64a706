using System.Buffers.Binary;

namespace Unbrick.Sim.Network;

/// <summary>The ones' complement sum of RFC 1071.</summary>
internal static class InternetChecksum
{
    /// <summary>The value for the checksum field; 0 when the field holds the right value already.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes, ulong sum = 0)
    {
        for (; bytes.Length >= 4; bytes = bytes[4..])
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }
        if (bytes.Length == 1)
            sum += (ulong)bytes[0] << 8;
        while (sum > 0xffff)
            sum = (sum >> 16) + (sum & 0xffff);
        return (ushort)~sum;
    }
}
