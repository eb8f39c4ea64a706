using System.Buffers.Binary;
using System.Numerics;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

// (u-boot include/env_internal.h; the CRC is in the processor's byte order)
//   single:     00 4 CRC of all that follows     redundant:  00 4 CRC of all from 5 on
//               04   "name=value" NUL ... NUL                04 1 flag
//                                                            05   "name=value" NUL ... NUL

/// <summary>
/// How an environment is kept. Its size is that of the boot loader's ENV_SIZE, not of the partition: on many boards 0x1000 in a sector of
/// 0x10000, and only the CRC tells.
/// </summary>
/// <param name="Size">Bytes of one copy with its header.</param>
/// <param name="BigEndian">Byte order of the CRC.</param>
/// <param name="Redundant">One of two copies, with a flag that says which is newer.</param>
public readonly record struct UBootEnvironmentLayout(int Size, bool BigEndian, bool Redundant)
{
    public const int CrcSize = 4;

    public const int SmallestSize = 0x400, LargestSize = 0x4_0000;

    /// <summary>Bytes before the first variable.</summary>
    public int HeaderSize => Redundant ? CrcSize + 1 : CrcSize;

    /// <summary>
    /// The layout whose CRC fits what begins here: every power of two from 0x400 to <paramref name="largest"/>, and
    /// <paramref name="exact"/> (the length of the file, of half of it), both headers, both byte orders.
    /// </summary>
    public static UBootEnvironmentLayout? Find(ReadOnlySpan<byte> bytes, int largest = LargestSize, ReadOnlySpan<int> exact = default)
    {
        foreach (bool redundant in (ReadOnlySpan<bool>)[false, true])
        {
            if (Find(bytes, redundant, largest, exact) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>The same, for one kind of header.</summary>
    public static UBootEnvironmentLayout? Find(ReadOnlySpan<byte> bytes, bool redundant, int largest, ReadOnlySpan<int> exact = default)
    {
        int header = redundant ? CrcSize + 1 : CrcSize;
        if (bytes.Length < SmallestSize && exact.IsEmpty)
            return null;
        uint state = uint.MaxValue;
        int done = header;
        for (int size = SmallestSize; size <= Math.Min(largest, bytes.Length); size *= 2)
        {
            state = Crc32.Update(state, bytes[done..size]);
            done = size;
            if (Matches(bytes, ~state) is bool bigEndian)
                return new(size, bigEndian, redundant);
        }
        foreach (int size in exact)
        {
            bool tried = BitOperations.IsPow2(size) && size >= SmallestSize && size <= largest;
            if (!tried && size > header && size <= bytes.Length && Matches(bytes, Crc32.Zlib(bytes[header..size])) is bool bigEndian)
                return new(size, bigEndian, redundant);
        }
        return null;
    }

    /// <summary>CRC that belongs at the beginning of this copy.</summary>
    public uint CrcOf(ReadOnlySpan<byte> copy) => Crc32.Zlib(copy[HeaderSize..Size]);

    public uint StoredCrc(ReadOnlySpan<byte> copy) => BigEndian ? copy.Be32(0) : copy.Le32(0);

    /// <summary>Computes the CRC of a copy and puts it in its place.</summary>
    public void Seal(Span<byte> copy)
    {
        uint crc = CrcOf(copy);
        if (BigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(copy, crc);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(copy, crc);
    }

    /// <summary>Whether the stored CRC is this one in big-endian order; null when in neither.</summary>
    private static bool? Matches(ReadOnlySpan<byte> bytes, uint crc) => crc == bytes.Le32(0) ? false : crc == bytes.Be32(0) ? true : null;
}
