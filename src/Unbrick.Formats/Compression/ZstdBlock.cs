using System.Runtime.InteropServices;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// RFC 8878, 3.1.1.3. Literals, numbers little-endian:
//   bits 0-1 kind: 0 raw, 1 one byte repeated, 2 Huffman, 3 Huffman with the code of before; bits 2-3 how long the numbers are
//   raw, repeated: plain size of 5 (x0), 12 (01) or 20 (11) bits
//   Huffman: plain and packed size of 10 (00 one stream, 01 four), 14 (10) or 18 bits (11); then code and streams
// Sequences: number (1 to 3 bytes), kinds of the three codes, their tables, bits read from the end

/// <summary>Compressed blocks of a zstd frame, with what one leaves for the next.</summary>
internal sealed class ZstdBlock
{
    public const int MostPlain = 128 << 10;

    private static readonly int[] s_lengthBases =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40,
        48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
    ];

    private static readonly byte[] s_lengthBits =
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    private static readonly int[] s_matchBases =
    [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
        35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
    ];

    private static readonly byte[] s_matchBits =
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ];

    private static readonly short[] s_lengthCounts =
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1];

    private static readonly short[] s_offsetCounts =
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

    private static readonly short[] s_matchCounts =
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ];

    private readonly ZstdHuffman _huffman = new();
    private readonly FseTable _lengths = new(), _offsets = new(), _matches = new();
    private readonly byte[] _literals = new byte[MostPlain];
    private uint _back1, _back2, _back3;
    private int _literalCount;

    /// <summary>Nothing is left of blocks before; a frame begins.</summary>
    public void Begin()
    {
        _huffman.Forget();
        _lengths.Forget();
        _offsets.Forget();
        _matches.Forget();
        (_back1, _back2, _back3) = (1, 4, 8);
    }

    /// <summary>Unpacks one block of at most <paramref name="most"/> plain bytes. False when it makes no sense.</summary>
    public bool TryRun(ReadOnlySpan<byte> block, PlainWindow window, int most)
    {
        int at = 0;
        if (!TryLiterals(block, ref at, most) || !TrySequenceCount(block, ref at, out int sequences))
            return false;
        window.Room(most);
        int end = window.Position + most;
        if (sequences == 0)
            return at == block.Length && TryEnd(window, 0, end);
        if (at >= block.Length || (block[at] & 3) != 0)
            return false;
        byte kinds = block[at++];
        return TryTable(_lengths, kinds >> 6, s_lengthCounts, 6, 9, s_lengthBases.Length, block, ref at)
            && TryTable(_offsets, kinds >> 4 & 3, s_offsetCounts, 5, 8, 32, block, ref at)
            && TryTable(_matches, kinds >> 2 & 3, s_matchCounts, 6, 9, s_matchBases.Length, block, ref at)
            && TrySequences(block[at..], window, sequences, end);
    }

    private bool TryLiterals(ReadOnlySpan<byte> block, ref int at, int most)
    {
        if (block.Length < 2)
            return false;
        int kind = block[0] & 3, form = block[0] >> 2 & 3;
        // Five bytes hold the longest header; those behind the end are not used by a right one.
        ulong head = 0;
        for (int i = 0; i < Math.Min(5, block.Length); i++)
            head |= (ulong)block[i] << 8 * i;
        if (kind < 2)
        {
            (int shift, int length) = form switch { 1 => (4, 2), 3 => (4, 3), _ => (3, 1) };
            _literalCount = (int)((head & (1UL << 8 * length) - 1) >> shift);
            at = length;
            int stored = kind == 0 ? _literalCount : 1;
            if (_literalCount > most || block.Length - at < stored)
                return false;
            if (kind == 0)
                block.Slice(at, stored).CopyTo(_literals);
            else
                _literals.AsSpan(0, _literalCount).Fill(block[at]);
            at += stored;
            return true;
        }
        int bits = form switch { 2 => 14, 3 => 18, _ => 10 };
        at = form switch { 2 => 4, 3 => 5, _ => 3 };
        _literalCount = (int)(head >> 4) & (1 << bits) - 1;
        int packed = (int)(head >> 4 + bits) & (1 << bits) - 1;
        if (_literalCount > most || packed > block.Length - at)
            return false;
        ReadOnlySpan<byte> section = block.Slice(at, packed);
        at += packed;
        int codeEnd = 0;
        if (kind == 2 ? !_huffman.TryRead(section, ref codeEnd) : !_huffman.Made)
            return false;
        Span<byte> literals = _literals.AsSpan(0, _literalCount);
        return form == 0 ? _huffman.TryDecode(section[codeEnd..], literals) : _huffman.TryDecodeFour(section[codeEnd..], literals);
    }

    private static bool TrySequenceCount(ReadOnlySpan<byte> block, ref int at, out int count)
    {
        count = 0;
        if (at >= block.Length)
            return false;
        int first = block[at++];
        int more = first < 128 ? 0 : first < 255 ? 1 : 2;
        if (block.Length - at < more)
            return false;
        count = more switch { 0 => first, 1 => (first - 128 << 8) + block[at], _ => block.Le16(at) + 0x7F00 };
        at += more;
        return true;
    }

    private static bool TryTable(
        FseTable table, int kind, short[] usual, int usualLog, int mostLog, int symbols, ReadOnlySpan<byte> block, ref int at)
    {
        switch (kind)
        {
            case 0:
                table.Make(usual, usualLog);
                return true;
            case 1:
                if (at >= block.Length || block[at] >= symbols)
                    return false;
                table.MakeSingle(block[at++]);
                return true;
            case 2:
                return table.TryRead(block, ref at, mostLog, symbols);
            default:
                return table.Log >= 0;
        }
    }

    private bool TrySequences(ReadOnlySpan<byte> stream, PlainWindow window, int count, int end)
    {
        BackwardBits bits = new(stream);
        if (!bits.Valid)
            return false;
        int lengthState = (int)bits.Take(_lengths.Log), offsetState = (int)bits.Take(_offsets.Log), matchState = (int)bits.Take(_matches.Log);
        Span<byte> buffer = window.Buffer;
        int position = window.Position, origin = window.Origin, used = 0;
        while (true)
        {
            int offsetCode = _offsets.Symbol(offsetState);
            uint offset = (uint)((1UL << offsetCode) + bits.Take(offsetCode));
            int matchCode = _matches.Symbol(matchState);
            int match = s_matchBases[matchCode] + (int)bits.Take(s_matchBits[matchCode]);
            int lengthCode = _lengths.Symbol(lengthState);
            int literals = s_lengthBases[lengthCode] + (int)bits.Take(s_lengthBits[lengthCode]);
            uint distance = Distance(offset, literals == 0);
            if (bits.Left < 0 || literals > _literalCount - used || match > end - position - literals
                || distance - 1 >= (uint)(position + literals - origin))
                break;
            _literals.AsSpan(used, literals).CopyTo(buffer[position..]);
            used += literals;
            position += literals;
            Matches.Copy(ref MemoryMarshal.GetReference(buffer), position, (int)distance, match);
            position += match;
            if (--count == 0)
            {
                window.Position = position;
                return bits.Left == 0 && TryEnd(window, used, end);
            }
            lengthState = _lengths.Next(lengthState, bits.Take(_lengths.Bits(lengthState)));
            matchState = _matches.Next(matchState, bits.Take(_matches.Bits(matchState)));
            offsetState = _offsets.Next(offsetState, bits.Take(_offsets.Bits(offsetState)));
        }
        window.Position = position;
        return false;
    }

    /// <summary>1 to 3 stand for distances used before, the others are 3 too large (RFC 8878, 3.1.2.5). 0 is none.</summary>
    private uint Distance(uint offset, bool noLiterals)
    {
        uint distance;
        if (offset > 3)
        {
            distance = offset - 3;
            (_back3, _back2) = (_back2, _back1);
        }
        else
        {
            uint which = noLiterals ? offset + 1 : offset;
            distance = which switch { 1 => _back1, 2 => _back2, 3 => _back3, _ => _back1 - 1 };
            if (which > 1)
                (_back3, _back2) = (which == 2 ? _back3 : _back2, _back1);
        }
        _back1 = distance;
        return distance;
    }

    private bool TryEnd(PlainWindow window, int used, int end)
    {
        ReadOnlySpan<byte> rest = _literals.AsSpan(used, _literalCount - used);
        if (rest.Length > end - window.Position)
            return false;
        rest.CopyTo(window.Buffer[window.Position..]);
        window.Position += rest.Length;
        return true;
    }
}
