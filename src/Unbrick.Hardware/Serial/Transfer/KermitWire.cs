using System.Text;

namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// Kermit packets: SOH, length, number, type, data, check, CR, all but SOH and CR printable; the long form (length 0) has two more length characters
/// and a check of its own header. After Frank da Cruz, "Kermit Protocol Manual", sixth edition, with the 6-bit check of type 1.
/// </summary>
internal static class KermitWire
{
    public const byte Mark = 0x01, Eol = 0x0D, Quote = (byte)'#';
    public const int LongestShort = 91, Base = 95;
    public const int HeaderSize = 4, LongHeaderSize = 7;

    public static byte Char(int value) => (byte)(value + 32);

    public static int Value(byte one) => one - 32;

    public static int Check(int sum) => sum + (sum >> 6 & 3) & 0x3F;

    public static int Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte one in bytes)
            sum += one;
        return sum;
    }

    /// <summary>Makes a packet, in the long form when its data need it.</summary>
    public static byte[] Packet(int number, char type, ReadOnlySpan<byte> data)
    {
        bool isLong = data.Length > LongestShort;
        int header = isLong ? LongHeaderSize : HeaderSize;
        byte[] packet = new byte[header + data.Length + 2];
        packet[0] = Mark;
        packet[1] = Char(isLong ? 0 : data.Length + 3);
        packet[2] = Char(number & 63);
        packet[3] = (byte)type;
        if (isLong)
        {
            packet[4] = Char((data.Length + 1) / Base);
            packet[5] = Char((data.Length + 1) % Base);
            packet[6] = Char(Check(Sum(packet.AsSpan(1, 5))));
        }
        data.CopyTo(packet.AsSpan(header));
        packet[^2] = Char(Check(Sum(packet.AsSpan(1, packet.Length - 3))));
        packet[^1] = Eol;
        return packet;
    }

    /// <summary>
    /// Puts bytes in, as many as fit: control characters and the prefix itself are prefixed, bytes from 80 up go as they are.
    /// </summary>
    /// <param name="bytes">The rest of the file.</param>
    /// <param name="into">Data of a packet.</param>
    /// <param name="written">Characters written.</param>
    /// <returns>Bytes taken.</returns>
    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> into, out int written)
    {
        written = 0;
        int taken = 0;
        foreach (byte one in bytes)
        {
            bool isControl = one is < 0x20 or 0x7F;
            bool isPrefixed = isControl || one == Quote;
            if (written + (isPrefixed ? 2 : 1) > into.Length)
                break;
            if (isPrefixed)
                into[written++] = Quote;
            into[written++] = isControl ? (byte)(one ^ 0x40) : one;
            taken++;
        }
        return taken;
    }

    /// <summary>Takes the prefixes out again, as U-Boot does (ktrans in cmd/load.c).</summary>
    public static void Decode(ReadOnlySpan<byte> data, byte quote, List<byte> into)
    {
        bool isQuoted = false;
        foreach (byte one in data)
        {
            if (!isQuoted && one == quote)
            {
                isQuoted = true;
                continue;
            }
            into.Add(!isQuoted ? one : (one & 0x60) == 0x40 ? (byte)(one & ~0x40) : (one & 0x7F) == 0x3F ? (byte)(one | 0x40) : one);
            isQuoted = false;
        }
    }

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
