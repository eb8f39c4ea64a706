using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Unbrick.Net.Tftp;

/// <summary>The first two bytes of every TFTP packet (RFC 1350 s5, RFC 2347).</summary>
public enum TftpOpcode : ushort
{
    /// <summary>Read request.</summary>
    Rrq = 1,

    /// <summary>Write request.</summary>
    Wrq = 2,

    /// <summary>One block.</summary>
    Data = 3,

    /// <summary>A block was taken.</summary>
    Ack = 4,

    /// <summary>The end, with a reason.</summary>
    Error = 5,

    /// <summary>The options that were agreed to.</summary>
    Oack = 6,
}

/// <summary>Error codes of RFC 1350 s5 and RFC 2347. U-Boot (v2010.03 on) ends for good on 1 and 2 and starts again on all others.</summary>
public enum TftpErrorCode : ushort
{
    /// <summary>See the message.</summary>
    NotDefined = 0,

    /// <summary>File not found.</summary>
    NotFound = 1,

    /// <summary>Access violation.</summary>
    Access = 2,

    /// <summary>Disk full or quota exceeded.</summary>
    Full = 3,

    /// <summary>Illegal operation.</summary>
    Illegal = 4,

    /// <summary>Unknown transfer id: a packet from or to the wrong port.</summary>
    UnknownTransfer = 5,

    /// <summary>The file is there already.</summary>
    Exists = 6,

    /// <summary>The options are not acceptable (RFC 2347).</summary>
    Options = 8,
}

/// <summary>Bytes of the packets that are not DATA. All numbers are big-endian.</summary>
/// <remarks>
/// <code>
/// ACK    04 | block u16
/// DATA   03 | block u16 | 0..blksize bytes          shorter than blksize = the last one
/// ERROR  05 | code u16  | message NUL
/// OACK   06 | { option NUL value NUL }*
/// </code>
/// </remarks>
public static class TftpWire
{
    /// <summary>Bytes before the data of a DATA packet.</summary>
    public const int DataHeader = 4;

    /// <summary>Block size when no option says otherwise (RFC 1350 s2).</summary>
    public const int DefaultBlockSize = 512;

    /// <summary>Longest message put into an ERROR: old loaders print it into small buffers.</summary>
    private const int LongestMessage = 100;

    /// <summary>Reads the opcode; 0 when there is none.</summary>
    public static TftpOpcode OpcodeOf(ReadOnlySpan<byte> packet) =>
        packet.Length >= 2 ? (TftpOpcode)BinaryPrimitives.ReadUInt16BigEndian(packet) : 0;

    /// <summary>Reads the block number of an ACK or DATA; false when the packet is too short for one.</summary>
    public static bool TryReadBlock(ReadOnlySpan<byte> packet, out ushort block)
    {
        block = 0;
        return packet.Length >= DataHeader && BinaryPrimitives.TryReadUInt16BigEndian(packet[2..], out block);
    }

    /// <summary>Writes the four bytes before a block's data.</summary>
    public static void WriteDataHeader(Span<byte> packet, ushort block)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpcode.Data);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], block);
    }

    /// <summary>An ACK.</summary>
    public static byte[] Ack(ushort block)
    {
        byte[] packet = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpcode.Ack);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), block);
        return packet;
    }

    /// <summary>A write request for octet mode.</summary>
    public static byte[] WriteRequest(string name, IReadOnlyList<KeyValuePair<string, string>> options)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        StringBuilder text = new(name);
        text.Append("\0octet\0");
        foreach ((string option, string value) in options)
            text.Append(option).Append('\0').Append(value).Append('\0');
        byte[] packet = new byte[2 + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpcode.Wrq);
        Encoding.ASCII.GetBytes(text.ToString(), packet.AsSpan(2));
        return packet;
    }

    /// <summary>
    /// Reads the options of an OACK, what stands behind its opcode, in which a client wants a block size and nothing else.
    /// </summary>
    /// <param name="options">Pairs of name NUL value NUL.</param>
    /// <param name="size">The block size, null when there is none in it.</param>
    /// <returns>False when something else is in it, it is cut off, or the value is no number.</returns>
    public static bool TryReadBlockSize(ReadOnlySpan<byte> options, out int? size)
    {
        size = null;
        while (!options.IsEmpty)
        {
            int name = options.IndexOf((byte)0);
            int value = name < 0 ? -1 : options[(name + 1)..].IndexOf((byte)0);
            if (value <= 0 || !Ascii.EqualsIgnoreCase(options[..name], "blksize"u8) || size is not null)
                return false;
            ReadOnlySpan<byte> digits = options.Slice(name + 1, value);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                return false;
            size = number;
            options = options[(name + value + 2)..];
        }
        return true;
    }

    /// <summary>An ERROR; the message is cut to 100 printable ASCII characters.</summary>
    public static byte[] Error(TftpErrorCode code, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        int length = Math.Min(message.Length, LongestMessage);
        byte[] packet = new byte[4 + length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpcode.Error);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)code);
        for (int i = 0; i < length; i++)
            packet[4 + i] = message[i] is >= ' ' and <= '~' ? (byte)message[i] : (byte)'?';
        return packet;
    }

    /// <summary>An OACK with the given options in the given order.</summary>
    public static byte[] Oack(IReadOnlyList<KeyValuePair<string, string>> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        StringBuilder text = new();
        foreach ((string name, string value) in options)
            text.Append(name).Append('\0').Append(value).Append('\0');
        byte[] packet = new byte[2 + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)TftpOpcode.Oack);
        Encoding.ASCII.GetBytes(text.ToString(), packet.AsSpan(2));
        return packet;
    }

    /// <summary>Code and message of an ERROR packet; bytes that are no text are shown escaped.</summary>
    public static (TftpErrorCode Code, string Message) ReadError(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 4)
            return (TftpErrorCode.NotDefined, "");
        ReadOnlySpan<byte> text = packet[4..];
        int end = text.IndexOf((byte)0);
        return ((TftpErrorCode)BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), Core.Text.SafeText.Show(end < 0 ? text : text[..end]));
    }
}
