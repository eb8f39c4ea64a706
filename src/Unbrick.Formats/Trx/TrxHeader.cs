using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Trx;

// Little-endian (openwrt/firmware-utils src/trx.c, src/otrx.c):
//   00 4 "HDR0"   04 4 length of all   08 4 CRC of 0C..length   0C 2 flags   0E 2 version
//   10 3*4 offsets of the parts (version 1, header of 1C) or 4*4 (version 2, header of 20); 0 is absent

/// <summary>Header of a TRX image.</summary>
public readonly record struct TrxHeader(
    uint Magic, uint Length, uint Crc, ushort Flags, ushort Version, uint First, uint Second, uint Third, uint Fourth)
{
    /// <summary>"HDR0".</summary>
    public const uint UsualMagic = 0x3052_4448;

    /// <summary>Where the CRC stands, and where the bytes begin that it covers.</summary>
    public const int CrcOffset = 8, CrcStart = 12;

    private const int ShortSize = 0x1C, LongSize = 0x20;

    public int Size => Version == 2 ? LongSize : ShortSize;

    /// <summary>
    /// Magic numbers of boards whose boot loader wants another one (brcm,trx-magic in OpenWrt's device trees: Buffalo "\Cot", "]Cot",
    /// "DHP2", "DHP3"; "0PID").
    /// </summary>
    internal static ReadOnlySpan<uint> OtherMagics => [0x4449_5030, 0x746F_435C, 0x746F_435D, 0x3250_4844, 0x3350_4844];

    /// <summary>A version that exists, and offsets that ascend within the length.</summary>
    internal bool Plausible
    {
        get
        {
            if (Version is not (1 or 2) || Length <= Size || First < Size)
                return false;
            long before = 0;
            foreach (uint offset in (ReadOnlySpan<uint>)[First, Second, Third, Version == 2 ? Fourth : 0])
            {
                if (offset != 0 && (offset <= before || offset > Length))
                    return false;
                before = Math.Max(before, offset);
            }
            return true;
        }
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out TrxHeader header)
    {
        header = default;
        if (bytes.Length < LongSize)
            return false;
        header = new(
            bytes.Le32(0), bytes.Le32(4), bytes.Le32(CrcOffset), bytes.Le16(0xC), bytes.Le16(0xE),
            bytes.Le32(0x10), bytes.Le32(0x14), bytes.Le32(0x18), bytes.Le32(0x1C));
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        ReadOnlySpan<uint> words = [Magic, Length, Crc, Flags | (uint)Version << 16, First, Second, Third, Fourth];
        for (int i = 0; i < Size / 4; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * 4)..], words[i]);
    }

    /// <summary>
    /// CRC of a TRX of this length. In version 2 the fourth part begins with a header whose boot counters the boot loader changes: the 8
    /// bytes from its 16h on count as FF.
    /// </summary>
    internal uint CrcOf(ReadOnlySpan<byte> image)
    {
        const int CountersAt = 0x16, Counters = 8;
        long counters = Fourth + (long)CountersAt;
        if (Version != 2 || Fourth < Size || counters + Counters > image.Length)
            return Crc32.NotInverted(image[CrcStart..]);
        uint state = Crc32.Update(uint.MaxValue, image[CrcStart..(int)counters]);
        state = Crc32.Update(state, 0xFF, Counters);
        return Crc32.Update(state, image[((int)counters + Counters)..]);
    }
}
