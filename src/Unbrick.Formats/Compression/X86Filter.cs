using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>
/// Undoes the x86 filter: the four bytes after E8 and E9 (CALL, JMP) become distances again. Which of them were converted depends on the
/// bytes before, so that an E8 inside another one's target is left alone; as in xz's src/liblzma/simple/x86.c.
/// </summary>
internal sealed class X86Filter
{
    /// <summary>E8 and E9 among the last bytes, one bit each; 0x10 and above when one of them could have been converted.</summary>
    private uint _mask;
    private uint _before = unchecked((uint)-5);

    /// <summary>Converts what can be decided; the rest, up to four bytes, is to come again with what follows.</summary>
    public int Undo(Span<byte> code, uint address)
    {
        if (code.Length < 5)
            return 0;
        if (address - _before > 5)
            _before = address - 5;
        int at = 0;
        while (at <= code.Length - 5)
        {
            int hit = code[at..^4].IndexOfAny((byte)0xE8, (byte)0xE9);
            if (hit < 0)
                return code.Length - 4;
            at += hit;
            uint here = address + (uint)at;
            uint gap = here - _before;
            _before = here;
            _mask = gap > 5 ? 0 : Aged(gap);
            byte top = code[at + 4];
            if (EndsTarget(top) && (_mask >> 1 & 7) is 0 or 1 or 2 or 4 && _mask >> 1 < 0x10)
            {
                uint distance = Distance(((ReadOnlySpan<byte>)code).Le32(at + 1), here + 5);
                BinaryPrimitives.WriteUInt32LittleEndian(code[(at + 1)..], distance & 0x1FF_FFFF | 0 - (distance >> 24 & 1) << 24);
                at += 5;
                _mask = 0;
            }
            else
            {
                at++;
                _mask |= EndsTarget(top) ? 0x11u : 1;
            }
        }
        return at;
    }

    private static bool EndsTarget(byte top) => top is 0 or 0xFF;

    private uint Aged(uint gap)
    {
        uint mask = _mask;
        for (; gap > 0; gap--)
            mask = (mask & 0x77) << 1;
        return mask;
    }

    private uint Distance(uint target, uint here)
    {
        // At most a few rounds: each one needs a byte of 0 or FF at the place that the mask names, and flips it.
        for (int round = 0; ; round++)
        {
            uint distance = target - here;
            if (_mask == 0 || round == 8)
                return distance;
            int place = (_mask >> 1) switch { 0 => 0, 1 => 1, 2 or 3 => 2, _ => 3 };
            if (!EndsTarget((byte)(distance >> 24 - (place * 8))))
                return distance;
            target = distance ^ (uint)((1UL << 32 - (place * 8)) - 1);
        }
    }
}
