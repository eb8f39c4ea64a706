using System.Buffers.Binary;
using System.Text;
using Unbrick.Net;
using Unbrick.Sim.Network;

namespace Unbrick.Sim.Loaders;

/// <summary>
/// NMRP as Netgear's U-Boot reads and writes it (net/nmrp.c): numbers of its own, so that a mistake in the PC's half cannot hide behind the
/// same mistake here.
/// </summary>
internal static class NmrpWire
{
    public const ushort EtherType = 0x0912;
    public const byte Advertise = 1;
    public const byte ConfRequest = 2;
    public const byte ConfAck = 3;
    public const byte CloseRequest = 4;
    public const byte CloseAck = 5;
    public const byte KeepAliveRequest = 6;
    public const byte KeepAliveAck = 7;
    public const byte UploadRequest = 0x10;

    private const int Header = 6;
    private const int MostOptions = 6;
    private const ushort FileName = 0x0181;

    /// <summary>Writes a request, with a file name if there is one; its padded length.</summary>
    public static int Write(Span<byte> frame, MacAddress to, MacAddress from, byte code, string? name)
    {
        EthernetFrame.WriteHeader(frame, to, from, EtherType);
        Span<byte> message = frame[EthernetFrame.HeaderSize..];
        message[..Header].Clear();
        message[2] = code;
        int length = Header;
        if (name is not null)
        {
            length += 4 + Encoding.ASCII.GetBytes(name, message[(Header + 4)..]);
            BinaryPrimitives.WriteUInt16BigEndian(message[Header..], FileName);
            BinaryPrimitives.WriteUInt16BigEndian(message[(Header + 2)..], (ushort)(length - Header));
        }
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)length);
        return EthernetFrame.Pad(frame, EthernetFrame.HeaderSize + length);
    }

    /// <summary>
    /// Reads a message as strictly as the loader: the reserved field is 0, the options fill the length to the byte, and there are at most six.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out byte code, out NmrpOptions options)
    {
        (code, options) = (0, default);
        if (message.Length < Header || message[0] != 0 || message[1] != 0)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        if (length < Header || length > message.Length)
            return false;
        code = message[2];
        ReadOnlySpan<byte> rest = message[Header..length];
        for (int i = 0; rest.Length > 0; i++)
        {
            int size = rest.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (size < 4 || size > rest.Length || i == MostOptions)
                return false;
            ReadOnlySpan<byte> value = rest[4..size];
            switch (BinaryPrimitives.ReadUInt16BigEndian(rest))
            {
                case 0x0001:
                    options = options with { Magic = value.SequenceEqual("NTGR"u8) };
                    break;
                case 0x0002 when value.Length == 8:
                    options = options with { Ip = BinaryPrimitives.ReadUInt32BigEndian(value) };
                    break;
                case 0x0004 when value.Length == 2:
                    options = options with { Region = BinaryPrimitives.ReadUInt16BigEndian(value) };
                    break;
                case 0x0101:
                    options = options with { Firmware = true };
                    break;
            }
            rest = rest[size..];
        }
        return true;
    }

    /// <summary>The dotted form of an address.</summary>
    public static string Text(uint ip) => Ipv4.FromNumber(ip).ToString();
}

/// <summary>The options that the loader knows.</summary>
internal readonly record struct NmrpOptions(bool Magic, uint Ip, ushort? Region, bool Firmware);
