using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Unbrick.Formats.Compression.LzmaModel;

namespace Unbrick.Formats.Compression;

/// <summary>
/// LZMA as in lzma-specification.txt (I. Pavlov): range decoder, state machine, literals, matches. The range decoder's variables live in
/// locals of one method, and input and output are only checked once for every symbol: a symbol takes at most 20 bytes in and gives at
/// most 273 out.
/// </summary>
internal sealed class LzmaDecoder
{
    private const int MostIn = 32;
    private ushort[] _probabilities = [];
    private int _lc, _lpMask, _pbMask, _state;
    private uint _rep0, _rep1, _rep2, _rep3, _range, _code;

    /// <summary>Nothing is left in the range decoder, as it is after the last symbol of a stream without an end marker.</summary>
    public bool Finished => _code == 0;

    /// <summary>
    /// lc + 9 * (lp + 5 * pb) makes sense, with lc + lp up to 4 as liblzma takes them (xz, lzma_lzma_lclppb_decode); no packer of firmware
    /// writes more, and 12 would need a model of 6 MiB.
    /// </summary>
    public static bool Valid(byte properties) => properties < 9 * 5 * 5 && properties % 9 + properties / 9 % 5 <= 4;

    /// <summary>New properties, all probabilities even.</summary>
    public void Reset(byte properties)
    {
        int lc = properties % 9;
        int lp = properties / 9 % 5;
        int size = Size(lc + lp);
        if (_probabilities.Length < size)
            _probabilities = new ushort[size];
        _lc = lc;
        _lpMask = (1 << lp) - 1;
        _pbMask = (1 << properties / 45) - 1;
        ResetState();
    }

    public void ResetState()
    {
        Array.Fill(_probabilities, Even);
        _state = 0;
        _rep0 = _rep1 = _rep2 = _rep3 = 0;
    }

    /// <summary>First five bytes of the range coder, the first of them always 0. False when they are not there or cannot be.</summary>
    public bool Begin(ReadOnlySpan<byte> packed, ref int at)
    {
        if (packed.Length - at < 5 || packed[at] != 0)
            return false;
        _range = uint.MaxValue;
        _code = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packed[(at + 1)..]);
        at += 5;
        return _code != uint.MaxValue;
    }

    /// <summary>Reads the byte that the last symbol left for the next one.</summary>
    public bool Normalise(ReadOnlySpan<byte> packed, ref int at)
    {
        if (_range >= 1 << 24)
            return true;
        if (at >= packed.Length)
            return false;
        _range <<= 8;
        _code = _code << 8 | packed[at++];
        return true;
    }

    /// <summary>Decodes until <paramref name="limit"/> (a position of the window's buffer) is reached.</summary>
    public LzmaOutcome Run(ReadOnlySpan<byte> packed, ref int at, PlainWindow window, int limit)
    {
        LzmaOutcome outcome = LzmaOutcome.Starved;
        if (at <= packed.Length - MostIn)
            outcome = Decode(packed, ref at, packed.Length - MostIn, window, limit);
        if (outcome != LzmaOutcome.Starved)
            return outcome;
        // The last bytes are decoded from a copy with zeros behind it.
        Span<byte> tail = stackalloc byte[4 * MostIn];
        tail.Clear();
        int left = packed.Length - at;
        packed[at..].CopyTo(tail);
        int tailAt = 0;
        outcome = Decode(tail, ref tailAt, left, window, limit);
        at += Math.Min(tailAt, left);
        return tailAt > left ? LzmaOutcome.Starved : outcome;
    }

    private LzmaOutcome Decode(ReadOnlySpan<byte> packed, ref int packedAt, int last, PlainWindow window, int limit)
    {
        ref byte source = ref MemoryMarshal.GetReference(packed);
        ref ushort probs = ref MemoryMarshal.GetArrayDataReference(_probabilities);
        Span<byte> buffer = window.Buffer;
        ref byte plain = ref MemoryMarshal.GetReference(buffer);
        int at = packedAt, position = window.Position, origin = window.Origin, state = _state, shift = window.Shift;
        int lc = _lc, lpMask = _lpMask, pbMask = _pbMask;
        uint range = _range, code = _code, rep0 = _rep0;
        limit = Math.Min(limit, buffer.Length - PlainWindow.Slack);
        LzmaOutcome outcome = LzmaOutcome.Filled;
        while (position < limit)
        {
            if (at > last)
            {
                outcome = LzmaOutcome.Starved;
                break;
            }
            int posState = (position + shift) & pbMask;
            if (Bit(ref Unsafe.Add(ref probs, IsMatch + (state << 4) + posState), ref range, ref code, ref source, ref at) == 0)
            {
                int previous = position > origin ? Unsafe.Add(ref plain, position - 1) : 0;
                int context = ((position + shift & lpMask) << lc) + (previous >> 8 - lc);
                ref ushort literal = ref Unsafe.Add(ref probs, Literal + (0x300 * context));
                uint symbol = 1;
                if (state >= 7)
                {
                    if (rep0 >= (uint)(position - origin))
                    {
                        outcome = LzmaOutcome.Damaged;
                        break;
                    }
                    uint match = Unsafe.Add(ref plain, position - (int)rep0 - 1);
                    uint offset = 0x100;
                    do
                    {
                        match <<= 1;
                        uint bit = match & offset;
                        uint b = Bit(ref Unsafe.Add(ref literal, (int)(offset + bit + symbol)), ref range, ref code, ref source, ref at);
                        symbol = symbol << 1 | b;
                        offset &= bit ^ b - 1;
                    }
                    while (symbol < 0x100);
                }
                else
                {
                    do
                        symbol = symbol << 1 | Bit(ref Unsafe.Add(ref literal, (int)symbol), ref range, ref code, ref source, ref at);
                    while (symbol < 0x100);
                }
                Unsafe.Add(ref plain, position++) = (byte)symbol;
                state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
                continue;
            }

            int lengthAt;
            if (Bit(ref Unsafe.Add(ref probs, IsRep + state), ref range, ref code, ref source, ref at) == 0)
            {
                (_rep3, _rep2, _rep1) = (_rep2, _rep1, rep0);
                state = state < 7 ? 7 : 10;
                lengthAt = LzmaModel.Length;
            }
            else
            {
                if (position == origin)
                {
                    outcome = LzmaOutcome.Damaged;
                    break;
                }
                if (Bit(ref Unsafe.Add(ref probs, IsRep0 + state), ref range, ref code, ref source, ref at) == 0)
                {
                    if (Bit(ref Unsafe.Add(ref probs, IsRep0Long + (state << 4) + posState), ref range, ref code, ref source, ref at) == 0)
                    {
                        if (rep0 >= (uint)(position - origin))
                        {
                            outcome = LzmaOutcome.Damaged;
                            break;
                        }
                        Unsafe.Add(ref plain, position) = Unsafe.Add(ref plain, position - (int)rep0 - 1);
                        position++;
                        state = state < 7 ? 9 : 11;
                        continue;
                    }
                }
                else if (Bit(ref Unsafe.Add(ref probs, IsRep1 + state), ref range, ref code, ref source, ref at) == 0)
                {
                    (rep0, _rep1) = (_rep1, rep0);
                }
                else if (Bit(ref Unsafe.Add(ref probs, IsRep2 + state), ref range, ref code, ref source, ref at) == 0)
                {
                    (rep0, _rep1, _rep2) = (_rep2, rep0, _rep1);
                }
                else
                {
                    (rep0, _rep1, _rep2, _rep3) = (_rep3, rep0, _rep1, _rep2);
                }
                state = state < 7 ? 8 : 11;
                lengthAt = RepLength;
            }

            int tree, treeBits, length;
            if (Bit(ref Unsafe.Add(ref probs, lengthAt), ref range, ref code, ref source, ref at) == 0)
                (tree, treeBits, length) = (lengthAt + LengthLow + (posState << 3), 3, 2);
            else if (Bit(ref Unsafe.Add(ref probs, lengthAt + 1), ref range, ref code, ref source, ref at) == 0)
                (tree, treeBits, length) = (lengthAt + LengthMid + (posState << 3), 3, 10);
            else
                (tree, treeBits, length) = (lengthAt + LengthHigh, 8, 18);
            uint m = 1;
            int bits = treeBits;
            do
                m = m << 1 | Bit(ref Unsafe.Add(ref probs, tree + (int)m), ref range, ref code, ref source, ref at);
            while (--bits > 0);
            length += (int)m - (1 << treeBits);

            if (lengthAt == LzmaModel.Length)
            {
                int slotTree = Slot + (Math.Min(length - 2, 3) << 6);
                m = 1;
                do
                    m = m << 1 | Bit(ref Unsafe.Add(ref probs, slotTree + (int)m), ref range, ref code, ref source, ref at);
                while (m < 64);
                int slot = (int)m - 64;
                rep0 = (uint)slot;
                if (slot >= 4)
                {
                    int direct = (slot >> 1) - 1;
                    rep0 = (uint)(2 | slot & 1);
                    int reverse, low;
                    if (slot < 14)
                    {
                        (reverse, low) = (Special + (int)(rep0 << direct) - slot, direct);
                    }
                    else
                    {
                        for (int i = direct - 4; i > 0; i--)
                        {
                            if (range < 1 << 24)
                            {
                                range <<= 8;
                                code = code << 8 | Unsafe.Add(ref source, at++);
                            }
                            range >>= 1;
                            code -= range;
                            uint t = 0 - (code >> 31);
                            code += range & t;
                            rep0 = (rep0 << 1) + t + 1;
                        }
                        (reverse, low) = (Align, 4);
                    }
                    rep0 <<= low;
                    m = 1;
                    for (int i = 0; i < low; i++)
                    {
                        uint b = Bit(ref Unsafe.Add(ref probs, reverse + (int)m), ref range, ref code, ref source, ref at);
                        m = m << 1 | b;
                        rep0 += b << i;
                    }
                    if (rep0 == uint.MaxValue)
                    {
                        outcome = LzmaOutcome.Marker;
                        break;
                    }
                }
            }
            if (rep0 >= (uint)(position - origin))
            {
                outcome = LzmaOutcome.Damaged;
                break;
            }
            Matches.Copy(ref plain, position, (int)rep0 + 1, length);
            position += length;
        }
        (_range, _code, _rep0, _state, packedAt) = (range, code, rep0, state, at);
        window.Position = position;
        return outcome;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bit(ref ushort probability, ref uint range, ref uint code, ref byte source, ref int at)
    {
        if (range < 1 << 24)
        {
            range <<= 8;
            code = code << 8 | Unsafe.Add(ref source, at++);
        }
        uint p = probability;
        uint bound = (range >> 11) * p;
        if (code < bound)
        {
            range = bound;
            probability = (ushort)(p + (2048 - p >> 5));
            return 0;
        }
        range -= bound;
        code -= bound;
        probability = (ushort)(p - (p >> 5));
        return 1;
    }
}
