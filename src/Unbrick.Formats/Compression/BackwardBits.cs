using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Unbrick.Formats.Compression;

/// <summary>
/// A bit stream of zstd, read from its end (RFC 8878, 4.1.1): the last byte's highest 1 marks where it begins. Zeros before the beginning;
/// <see cref="Left"/> is negative then.
/// </summary>
internal ref struct BackwardBits
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Nothing to read, and not <see cref="Valid"/>, when the last byte is 0 or there is none.</summary>
    public BackwardBits(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        Valid = !bytes.IsEmpty && bytes[^1] != 0;
        Left = Valid ? ((bytes.Length - 1) * 8) + BitOperations.Log2(bytes[^1]) : 0;
    }

    public bool Valid { get; }

    /// <summary>Bits that are left.</summary>
    public int Left { get; private set; }

    /// <summary>The next bits without taking them; at most 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Peek(int count)
    {
        int from = Left - count;
        int at = from >> 3;
        ulong word = (uint)at <= (uint)(_bytes.Length - 8) && _bytes.Length >= 8
            ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at..]) >> (from & 7)
            : Edge(from);
        return (uint)(word & (1UL << count) - 1);
    }

    public void Skip(int count) => Left -= count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Take(int count)
    {
        uint value = Peek(count);
        Left -= count;
        return value;
    }

    /// <summary>Near the ends, byte by byte.</summary>
    private readonly ulong Edge(int from)
    {
        ulong word = 0;
        for (int i = 0; i < 5; i++)
        {
            int at = (from >> 3) + i;
            if (at >= 0 && at < _bytes.Length)
                word |= (ulong)_bytes[at] << 8 * i;
        }
        return word >> (from & 7);
    }
}
