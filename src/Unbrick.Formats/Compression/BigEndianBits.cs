using System.Buffers.Binary;

namespace Unbrick.Formats.Compression;

/// <summary>Bits of a stream, the highest of each byte first; zeros behind the end, which <see cref="Overrun"/> tells.</summary>
internal ref struct BigEndianBits(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ulong _bits;
    private int _count, _at;

    /// <summary>More bits were taken than there are.</summary>
    public readonly bool Overrun => _at - (_count >> 3) > _bytes.Length;

    /// <summary>Bytes of which at least one bit was taken.</summary>
    public readonly int BytesUsed => _at - (_count >> 3);

    /// <summary>The next bits without taking them; at most 24.</summary>
    public uint Peek(int count)
    {
        if (_count < 32)
            Fill();
        return (uint)(_bits >> 64 - count);
    }

    public void Skip(int count)
    {
        _bits <<= count;
        _count -= count;
    }

    /// <summary>At most 24 bits.</summary>
    public uint Take(int count)
    {
        uint value = Peek(count);
        Skip(count);
        return value;
    }

    private void Fill()
    {
        if (_at <= _bytes.Length - 4)
        {
            _bits |= (ulong)BinaryPrimitives.ReadUInt32BigEndian(_bytes[_at..]) << 32 - _count;
            _at += 4;
            _count += 32;
            return;
        }
        for (; _count <= 56; _count += 8, _at++)
            _bits |= (_at < _bytes.Length ? (ulong)_bytes[_at] : 0) << 56 - _count;
    }
}
