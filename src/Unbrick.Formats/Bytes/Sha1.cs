using System.Buffers.Binary;
using System.Numerics;

namespace Unbrick.Formats.Bytes;

/// <summary>
/// SHA-1 (RFC 3174) as FIT images have it against damage; nothing is kept safe by it. The system's own is three times as fast, but loading its
/// library takes 6 MiB of memory and longer than a kernel takes here.
/// </summary>
internal static class Sha1
{
    private const int Block = 64, Rounds = 80;

    /// <summary>20 bytes.</summary>
    public static byte[] HashData(ReadOnlySpan<byte> data)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        int whole = data.Length / Block * Block;
        Add(state, data[..whole]);
        Span<byte> end = stackalloc byte[2 * Block];
        end.Clear();
        int left = data.Length - whole;
        data[whole..].CopyTo(end);
        end[left] = 0x80;
        end = end[..(left + 9 <= Block ? Block : 2 * Block)];
        BinaryPrimitives.WriteInt64BigEndian(end[^8..], 8L * data.Length);
        Add(state, end);
        byte[] hash = new byte[20];
        for (int i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(4 * i), state[i]);
        return hash;
    }

    private static void Add(Span<uint> state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> words = stackalloc uint[Rounds];
        for (; !blocks.IsEmpty; blocks = blocks[Block..])
        {
            for (int i = 0; i < 16; i++)
                words[i] = BinaryPrimitives.ReadUInt32BigEndian(blocks[(4 * i)..]);
            for (int i = 16; i < words.Length; i++)
                words[i] = BitOperations.RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
            (uint a, uint b, uint c, uint d, uint e) = (state[0], state[1], state[2], state[3], state[4]);
            for (int i = 0; i < 20; i++)
                (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + (d ^ b & (c ^ d)) + e + 0x5A827999 + words[i], a, BitOperations.RotateLeft(b, 30), c, d);
            for (int i = 20; i < 40; i++)
                (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + (b ^ c ^ d) + e + 0x6ED9EBA1 + words[i], a, BitOperations.RotateLeft(b, 30), c, d);
            for (int i = 40; i < 60; i++)
                (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + (b & c | d & (b | c)) + e + 0x8F1BBCDC + words[i], a, BitOperations.RotateLeft(b, 30), c, d);
            for (int i = 60; i < words.Length; i++)
                (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + (b ^ c ^ d) + e + 0xCA62C1D6 + words[i], a, BitOperations.RotateLeft(b, 30), c, d);
            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
        }
    }
}
