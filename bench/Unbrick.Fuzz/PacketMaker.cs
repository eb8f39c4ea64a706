using System.Buffers.Binary;
using System.Text;

namespace Unbrick.Fuzz;

/// <summary>Packets as devices send them, then damaged; and noise.</summary>
internal sealed class PacketMaker(Random random)
{
    private static readonly string[] s_names = ["f", "g", "missing", "", "../f", "ArcherC7v2_tp_recovery.bin", "\u00ff\u00fe\u001b[2J\n"];
    private static readonly string[] s_modes = ["octet", "octet", "octet", "netascii", "OcTeT", "mail", ""];
    private static readonly string[] s_options = ["blksize", "tsize", "timeout", "windowsize", "BLKSIZE", "rollover", "multicast", ""];

    private static readonly string[] s_values =
    [
        "0", "1", "5", "8", "16", "64", "255", "512", "1024", "1468", "65464", "65535",
        "2147483648", "99999999999999999999", "-1", "+8", " 8", "", "x",
    ];

    private static readonly byte[] s_types = [1, 3, 4, 7, 8];

    /// <summary>A request, more often good than not.</summary>
    public byte[] Request()
    {
        List<byte> packet = [0, (byte)(random.Next(6) == 0 ? 2 : 1)];
        Put(packet, random.Next(3) > 0 ? "f" : Pick(s_names));
        Put(packet, Pick(s_modes));
        for (int options = random.Next(5); options > 0; options--)
        {
            Put(packet, Pick(s_options));
            Put(packet, Pick(s_values));
        }
        return [.. packet];
    }

    /// <summary>Something to a transfer's port: ACK, DATA, ERROR or what does not belong there.</summary>
    public byte[] Answer(int block) => random.Next(12) switch
    {
        < 7 => Numbered(4, block, 0),
        7 or 8 => Numbered(3, block, Pick([0, 1, 8, 511, 512, 512, 512, 513])),
        9 => Numbered(5, random.Next(10), random.Next(30)),
        10 => Request(),
        _ => Noise(40),
    };

    /// <summary>opcode u16, number u16, and so many bytes.</summary>
    public byte[] Numbered(int opcode, int number, int length)
    {
        byte[] packet = new byte[4 + length];
        random.NextBytes(packet.AsSpan(4));
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)opcode);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)number);
        return packet;
    }

    /// <summary>A BOOTP or DHCP packet: 236 bytes, cookie, options.</summary>
    public byte[] Dhcp()
    {
        byte[] packet = new byte[random.Next(240, 600)];
        packet[0] = (byte)(random.Next(5) == 0 ? 2 : 1);
        (packet[1], packet[2]) = (1, 6);
        random.NextBytes(packet.AsSpan(4, 4));
        packet[28] = 0x52;
        packet[33] = (byte)random.Next(256);
        ((ReadOnlySpan<byte>)[0x63, 0x82, 0x53, 0x63]).CopyTo(packet.AsSpan(236));
        int at = 240;
        while (at + 10 < packet.Length && random.Next(12) > 0)
        {
            int length = random.Next(8);
            packet[at] = (byte)Pick([53, 50, 54, 52, 55, 57, 60, 61, 93, 12, random.Next(256)]);
            packet[at + 1] = (byte)length;
            random.NextBytes(packet.AsSpan(at + 2, length));
            if (packet[at] == 53)
                (packet[at + 1], packet[at + 2], length) = (1, s_types[random.Next(s_types.Length)], 1);
            at += 2 + length;
        }
        if (at < packet.Length)
            packet[at] = 255;
        return packet;
    }

    /// <summary>An Ethernet frame with ARP or UDP over IPv4 in it.</summary>
    public byte[] Frame()
    {
        byte[] udp = random.Next(2) == 0 ? Request() : Dhcp();
        byte[] frame = new byte[14 + 20 + 8 + udp.Length];
        random.NextBytes(frame.AsSpan(0, 12));
        if (random.Next(3) == 0)
        {
            ((ReadOnlySpan<byte>)[8, 6, 0, 1, 8, 0, 6, 4, 0, 1]).CopyTo(frame.AsSpan(12));
            frame[21] = (byte)random.Next(4);
            return frame[..Math.Min(frame.Length, random.Next(36, 60))];
        }
        ((ReadOnlySpan<byte>)[8, 0, 0x45]).CopyTo(frame.AsSpan(12));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)(28 + udp.Length));
        frame[23] = 17;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(38), (ushort)(8 + udp.Length));
        udp.CopyTo(frame, 42);
        return frame;
    }

    /// <summary>The same packet, cut, lengthened or with bytes changed; sometimes as it was.</summary>
    public byte[] Damage(byte[] packet)
    {
        byte[] damaged = [.. packet];
        for (int changes = random.Next(5); changes > 0 && damaged.Length > 0; changes--)
        {
            int reach = random.Next(2) == 0 ? Math.Min(30, damaged.Length) : damaged.Length;
            damaged[random.Next(reach)] = (byte)Pick([0, 1, 255, random.Next(256)]);
        }
        return random.Next(10) switch
        {
            0 => damaged[..random.Next(damaged.Length + 1)],
            1 => [.. damaged, .. Noise(100)],
            2 => [.. damaged, .. damaged],
            _ => damaged,
        };
    }

    /// <summary>Bytes without a meaning.</summary>
    public byte[] Noise(int most)
    {
        byte[] bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Put(List<byte> packet, string text)
    {
        packet.AddRange(Encoding.Latin1.GetBytes(text));
        packet.Add(0);
    }

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
