using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Unbrick.Sim.Esp;

/// <summary>A firmware image as the ROM and the second loader read it; written for the simulation alone, after esp-rom.md §5.</summary>
/// <param name="Mode">Flash mode of the header: 0 QIO, 1 QOUT, 2 DIO, 3 DOUT.</param>
/// <param name="Entry">Where it begins to run.</param>
/// <param name="Chip">Chip id of the header; 0 on the ESP8266.</param>
/// <param name="Segments">Address, length, and the checksum up to its end.</param>
/// <param name="Stored">The checksum it has.</param>
/// <param name="IsHashRight">Its SHA-256, when it has one, is right.</param>
/// <param name="Length">Bytes, with checksum and hash.</param>
internal sealed record EspImage(
    byte Mode, uint Entry, int Chip, ImmutableArray<(uint Address, int Length, byte Sum)> Segments, byte Stored, bool IsHashRight, int Length)
{
    private const int MostSegments = 16, HashLength = 32;

    /// <summary>Whether what it has is what its bytes give.</summary>
    public bool IsSumRight => Stored == (Segments.IsEmpty ? 0xEF : Segments[^1].Sum);

    /// <summary>Reads one; null when it does not begin with E9, or its segments do not end.</summary>
    /// <param name="bytes">The flash from there on.</param>
    /// <param name="extended">With the 16 more bytes of the ESP32.</param>
    public static EspImage? Read(ReadOnlySpan<byte> bytes, bool extended)
    {
        int at = extended ? 24 : 8;
        if (bytes.Length < at || bytes[0] != 0xE9 || bytes[1] is 0 or > MostSegments)
            return null;
        ImmutableArray<(uint, int, byte)>.Builder segments = ImmutableArray.CreateBuilder<(uint, int, byte)>();
        byte sum = 0xEF;
        for (int i = 0; i < bytes[1]; i++)
        {
            if (bytes.Length - at < 8)
                return null;
            uint address = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]), length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            at += 8;
            if (length > bytes.Length - at)
                return null;
            foreach (byte value in bytes.Slice(at, (int)length))
                sum ^= value;
            at += (int)length;
            segments.Add((address, (int)length, sum));
        }
        at |= 15;
        bool hashed = extended && bytes[23] == 1;
        int end = at + 1 + (hashed ? HashLength : 0);
        if (end > bytes.Length)
            return null;
        bool right = !hashed || SHA256.HashData(bytes[..(at + 1)]).AsSpan().SequenceEqual(bytes.Slice(at + 1, HashLength));
        int chip = extended ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]) : 0;
        return new EspImage(bytes[2], BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), chip, segments.ToImmutable(), bytes[at], right, end);
    }
}
