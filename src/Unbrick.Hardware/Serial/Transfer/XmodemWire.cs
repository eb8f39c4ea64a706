using System.Buffers.Binary;

namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// XMODEM and YMODEM on the line: SOH 01 (128 bytes) or STX 02 (1024), number, its complement, the bytes, then their sum (1 byte) or CRC-16
/// (polynomial 1021, from 0, high byte first). After Chuck Forsberg, "XMODEM/YMODEM Protocol Reference", 1988.
/// </summary>
internal static class XmodemWire
{
    public const byte ShortBlock = 0x01, LongBlock = 0x02, Interrupt = 0x03, End = 0x04, Ack = 0x06, Backspace = 0x08, Nak = 0x15, Cancel = 0x18;
    public const byte Pad = 0x1A, CrcStart = (byte)'C';
    public const int ShortSize = 128, LongSize = 1024;

    private static readonly ushort[] s_crc = MakeTable();

    /// <summary>Eight CANs: U-Boot leaves at the third, lrzsz at the second; then as many backspaces for what a shell takes as typed.</summary>
    public static ReadOnlyMemory<byte> Cancelling { get; } = (byte[])[.. Enumerable.Repeat(Cancel, 8), .. Enumerable.Repeat(Backspace, 8)];

    public static ReadOnlyMemory<byte> EndOfFile { get; } = (byte[])[End];

    /// <summary>Makes a block; what is missing of its size is <paramref name="pad"/>.</summary>
    public static byte[] Block(byte number, ReadOnlySpan<byte> data, int size, byte pad, bool crc)
    {
        byte[] packet = new byte[3 + size + (crc ? 2 : 1)];
        packet[0] = size == ShortSize ? ShortBlock : LongBlock;
        packet[1] = number;
        packet[2] = (byte)~number;
        Span<byte> body = packet.AsSpan(3, size);
        body.Fill(pad);
        data.CopyTo(body);
        if (crc)
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(3 + size), Crc(body));
        else
            packet[^1] = Sum(body);
        return packet;
    }

    public static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (byte one in bytes)
            crc = (ushort)(crc << 8 ^ s_crc[crc >> 8 ^ one]);
        return crc;
    }

    public static byte Sum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (byte one in bytes)
            sum += one;
        return sum;
    }

    private static ushort[] MakeTable()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < 256; i++)
        {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            table[i] = (ushort)crc;
        }
        return table;
    }
}
