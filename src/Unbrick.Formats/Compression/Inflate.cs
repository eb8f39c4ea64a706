using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Unbrick.Formats.Compression;

/// <summary>The deflate format (RFC 1951). Knows where the stream ends to the byte, which the class of the platform does not tell.</summary>
internal sealed class Inflate
{
    private static readonly ushort[] s_lengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258, 0, 0];

    private static readonly byte[] s_lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0, 0, 0];

    private static readonly ushort[] s_distanceBase =
    [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193,
        257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577, 0, 0,
    ];

    private static readonly byte[] s_distanceBits =
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 0, 0];

    private static ReadOnlySpan<byte> CodeOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>How far back matches may reach.</summary>
    public const int Reach = 32 << 10;

    private readonly Huffman _literals = new(), _distances = new();
    private ulong _bits;
    private int _count, _at;

    /// <summary>Unpacks from <paramref name="at"/> to the end of the last block.</summary>
    public (UnpackStatus Status, string Seen) Run(ReadOnlySpan<byte> packed, ref int at, PlainWindow window)
    {
        (_bits, _count, _at) = (0, 0, at);
        (UnpackStatus status, string seen) result;
        bool last;
        do
        {
            Fill(packed);
            last = (Take(1) & 1) != 0;
            result = Take(2) switch
            {
                0 => Stored(packed, window),
                1 => Fixed(packed, window),
                2 => ReadCodes(packed) ? Coded(packed, window) : (UnpackStatus.Damaged, "the codes of a block make no sense"),
                _ => (UnpackStatus.Damaged, "a block of a kind that does not exist"),
            };
        }
        while (!last && result.status == UnpackStatus.Ok);
        // Bytes that were taken into the bits but not used go back; those that never were there tell that it is cut.
        at = _at - (_count >> 3);
        if (at > packed.Length)
        {
            at = packed.Length;
            return (UnpackStatus.Truncated, $"the stream stops after {window.Total:N0} plain bytes");
        }
        return result;
    }

    /// <summary>At least 56 bits; zeros behind the end, and <see cref="_at"/> beyond it then.</summary>
    private void Fill(ReadOnlySpan<byte> packed)
    {
        if (_at <= packed.Length - 8)
        {
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(packed[_at..]) << _count;
            _at += 63 - _count >> 3;
            _count |= 56;
            return;
        }
        for (; _count <= 56; _count += 8, _at++)
            _bits |= (_at < packed.Length ? (ulong)packed[_at] : 0) << _count;
    }

    private int Take(int count)
    {
        int value = (int)_bits & (1 << count) - 1;
        _bits >>= count;
        _count -= count;
        return value;
    }

    private (UnpackStatus Status, string Seen) Stored(ReadOnlySpan<byte> packed, PlainWindow window)
    {
        Take(_count & 7);
        int at = _at - (_count >> 3);
        (_bits, _count) = (0, 0);
        _at = at;
        if (packed.Length - at < 4)
        {
            _at = packed.Length + 1;
            return (UnpackStatus.Truncated, "");
        }
        int length = packed[at] | packed[at + 1] << 8;
        if ((length ^ 0xFFFF) != (packed[at + 2] | packed[at + 3] << 8))
            return (UnpackStatus.Damaged, "the two lengths of a stored block do not fit each other");
        int present = Math.Min(length, packed.Length - at - 4);
        window.Write(packed.Slice(at + 4, present));
        // One more than there is when it is cut.
        _at = at + 4 + present + (present < length ? 1 : 0);
        return window.Exceeded ? (UnpackStatus.TooLarge, "") : (UnpackStatus.Ok, "");
    }

    private (UnpackStatus Status, string Seen) Fixed(ReadOnlySpan<byte> packed, PlainWindow window)
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        Span<byte> distances = stackalloc byte[32];
        distances.Fill(5);
        _literals.TryMake(lengths);
        _distances.TryMake(distances);
        return Coded(packed, window);
    }

    private bool ReadCodes(ReadOnlySpan<byte> packed)
    {
        Fill(packed);
        int literals = Take(5) + 257, distances = Take(5) + 1, codes = Take(4) + 4;
        if (literals > 286 || distances > 30)
            return false;
        Span<byte> lengths = stackalloc byte[286 + 30];
        for (int i = 0; i < codes; i++)
        {
            if ((i & 15) == 0)
                Fill(packed);
            lengths[CodeOrder[i]] = (byte)Take(3);
        }
        if (!_literals.TryMake(lengths[..19]))
            return false;
        lengths.Clear();
        for (int i = 0; i < literals + distances;)
        {
            Fill(packed);
            int entry = Next(_literals);
            if (entry <= 0 || _at - (_count >> 3) > packed.Length)
                return false;
            int symbol = entry >> 4;
            if (symbol < 16)
            {
                lengths[i++] = (byte)symbol;
                continue;
            }
            if (symbol == 16 && i == 0)
                return false;
            byte value = symbol == 16 ? lengths[i - 1] : (byte)0;
            int repeat = symbol switch { 16 => Take(2) + 3, 17 => Take(3) + 3, _ => Take(7) + 11 };
            if (repeat > literals + distances - i)
                return false;
            lengths.Slice(i, repeat).Fill(value);
            i += repeat;
        }
        return lengths[256] != 0 && _literals.TryMake(lengths[..literals]) && _distances.TryMake(lengths.Slice(literals, distances));
    }

    private int Next(Huffman code)
    {
        int entry = code.Table[(int)_bits & (1 << Huffman.TableBits) - 1];
        if (entry == 0)
            entry = code.Long(_bits);
        if (entry > 0)
            Take(entry & 15);
        return entry;
    }

    private (UnpackStatus Status, string Seen) Coded(ReadOnlySpan<byte> packed, PlainWindow window)
    {
        while (true)
        {
            window.Room(1);
            if (window.Exceeded)
                return (UnpackStatus.TooLarge, "");
            int limit = window.Limit;
            Span<byte> buffer = window.Buffer;
            int position = window.Position;
            while (position < limit)
            {
                Fill(packed);
                int entry = Next(_literals);
                if (entry < 0 || _at - (_count >> 3) > packed.Length)
                {
                    window.Position = position;
                    return (UnpackStatus.Damaged, "bits that are no code");
                }
                int symbol = entry >> 4;
                if (symbol < 256)
                {
                    buffer[position++] = (byte)symbol;
                    continue;
                }
                if (symbol == 256)
                {
                    window.Position = position;
                    return (UnpackStatus.Ok, "");
                }
                symbol -= 257;
                int length = s_lengthBase[symbol] + Take(s_lengthBits[symbol]);
                entry = Next(_distances);
                int distance = 0;
                if (entry > 0 && s_distanceBase[entry >> 4] != 0)
                    distance = s_distanceBase[entry >> 4] + Take(s_distanceBits[entry >> 4]);
                if (distance == 0 || distance > position - window.Origin || length < 3)
                {
                    window.Position = position;
                    return (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes a match reaches back before the beginning");
                }
                Matches.Copy(ref MemoryMarshal.GetReference(buffer), position, distance, length);
                position += length;
            }
            window.Position = position;
        }
    }
}
