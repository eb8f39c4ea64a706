using System.Buffers.Binary;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Loaders;

/// <summary>
/// BOOTP (RFC 951), as far as a boot loader uses it: op 1, htype 1, hlen 1, hops 1, xid 4, secs 2, flags 2, ciaddr 4, yiaddr 4, siaddr 4,
/// giaddr 4, chaddr 16, sname 64, file 128, magic 4, options.
/// </summary>
internal static class BootpWire
{
    public const int OptionsAt = 240;
    public const byte MessageType = 53;
    public const byte BootFile = 67;
    private const int HeaderSize = 236;
    private const int FileAt = 108;
    private const int FileSize = 128;
    private const uint Magic = 0x6382_5363;
    private const byte Reply = 2;
    private const byte Pad = 0;
    private const byte End = 255;

    public static void WriteRequest(Span<byte> packet, MacAddress mac, uint xid, ushort secs)
    {
        packet.Clear();
        packet[0] = 1;
        packet[1] = 1;
        packet[2] = MacAddress.Size;
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], xid);
        BinaryPrimitives.WriteUInt16BigEndian(packet[8..], secs);
        mac.Write(packet[28..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[HeaderSize..], Magic);
    }

    public static bool IsReply(ReadOnlySpan<byte> packet) =>
        packet.Length >= HeaderSize && packet[0] == Reply && packet[1] == 1 && packet[2] == MacAddress.Size;

    public static uint Xid(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);

    public static uint YourIp(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);

    public static uint ServerIp(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[20..]);

    public static MacAddress ClientMac(ReadOnlySpan<byte> packet) => MacAddress.Read(packet[28..]);

    public static string FileField(ReadOnlySpan<byte> packet) => TftpWire.Text(packet.Slice(FileAt, FileSize));

    /// <summary>The value of an option; empty when it is not there.</summary>
    /// <param name="packet">The whole packet.</param>
    /// <param name="code">Which.</param>
    /// <param name="padHasLength">1.1.x takes Pad for an option with a length byte, so that options behind it are lost.</param>
    public static ReadOnlySpan<byte> Option(ReadOnlySpan<byte> packet, byte code, bool padHasLength)
    {
        if (packet.Length < OptionsAt || BinaryPrimitives.ReadUInt32BigEndian(packet[HeaderSize..]) != Magic)
            return default;
        int at = OptionsAt;
        while (at < packet.Length && packet[at] != End)
        {
            if (packet[at] == Pad && !padHasLength)
            {
                at++;
                continue;
            }
            int length = at + 1 < packet.Length ? packet[at + 1] : packet.Length;
            if (at + 2 + length > packet.Length)
                return default;
            if (packet[at] == code)
                return packet.Slice(at + 2, length);
            at += 2 + length;
        }
        return default;
    }
}
