using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>
/// Undoes the filters that make machine code smaller when packed (xz-file-format.txt 5.3.2): the targets of calls, written as addresses,
/// become distances again. Kernels packed with xz use them. Instruction formats from the processors' manuals, filters as xz's
/// src/liblzma/simple has them.
/// </summary>
internal sealed class BranchFilter(int id, uint start, IPlainSink next) : IPlainSink
{
    private const int Piece = 16 << 10;
    private readonly byte[] _buffer = new byte[Piece];
    private readonly X86Filter? _x86 = id == X86 ? new X86Filter() : null;
    private int _count;
    private uint _address = start;

    public const int X86 = 4, PowerPc = 5, Arm = 7, ArmThumb = 8, Sparc = 9, Arm64 = 10;

    /// <summary>Bytes that the filter's addresses are multiples of; 0 for filters that are not known here.</summary>
    public static int Alignment(int id) => id switch
    {
        X86 => 1,
        ArmThumb => 2,
        PowerPc or Arm or Sparc or Arm64 => 4,
        _ => 0,
    };

    public void Take(ReadOnlySpan<byte> plain)
    {
        while (!plain.IsEmpty)
        {
            int count = Math.Min(plain.Length, Piece - _count);
            plain[..count].CopyTo(_buffer.AsSpan(_count));
            _count += count;
            plain = plain[count..];
            Span<byte> bytes = _buffer.AsSpan(0, _count);
            int done = _x86 is null ? Undo(bytes) : _x86.Undo(bytes, _address);
            next.Take(bytes[..done]);
            bytes[done..].CopyTo(_buffer);
            _count -= done;
            _address += (uint)done;
        }
    }

    /// <summary>The last bytes, too few for an instruction, are as they are.</summary>
    public void End()
    {
        next.Take(_buffer.AsSpan(0, _count));
        _count = 0;
    }

    private int Undo(Span<byte> code)
    {
        int step = Alignment(id);
        int at = 0;
        for (; at + 4 <= code.Length; at += step)
        {
            uint here = _address + (uint)at;
            Span<byte> word = code.Slice(at, 4);
            switch (id)
            {
                case Arm when word[3] == 0xEB:
                    uint target = ((ReadOnlySpan<byte>)word).Le32(0) << 8 >> 6;
                    BinaryPrimitives.WriteUInt32LittleEndian(word, target - here - 8 >> 2 & 0xFF_FFFF | 0xEB00_0000);
                    break;
                case PowerPc:
                    uint branch = ((ReadOnlySpan<byte>)word).Be32(0);
                    if ((branch & 0xFC00_0003) == 0x4800_0001)
                        BinaryPrimitives.WriteUInt32BigEndian(word, 0x4800_0001 | (branch & 0x3FF_FFFC) - here & 0x3FF_FFFC);
                    break;
                case Sparc:
                    uint call = ((ReadOnlySpan<byte>)word).Be32(0);
                    if (call >> 22 is 0x100 or 0x1FF)
                    {
                        uint distance = (call << 2) - here >> 2;
                        uint sign = 0 - (distance >> 22 & 1) << 22 & 0x3FFF_FFFF;
                        BinaryPrimitives.WriteUInt32BigEndian(word, sign | distance & 0x3F_FFFF | 0x4000_0000);
                    }
                    break;
                case ArmThumb when (word[1] & 0xF8) == 0xF0 && (word[3] & 0xF8) == 0xF8:
                    Thumb(word, here);
                    at += 2;
                    break;
                case Arm64:
                    BinaryPrimitives.WriteUInt32LittleEndian(word, A64(((ReadOnlySpan<byte>)word).Le32(0), here));
                    break;
            }
        }
        return Math.Min(at, code.Length);
    }

    /// <summary>BL of Thumb: two half words with 11 bits of the distance each.</summary>
    private static void Thumb(Span<byte> word, uint here)
    {
        uint target = (uint)((word[1] & 7) << 19 | word[0] << 11 | (word[3] & 7) << 8 | word[2]) << 1;
        uint distance = target - here - 4 >> 1;
        word[1] = (byte)(0xF0 | distance >> 19 & 7);
        word[0] = (byte)(distance >> 11);
        word[3] = (byte)(0xF8 | distance >> 8 & 7);
        word[2] = (byte)distance;
    }

    /// <summary>BL, and ADRP within half a GiB.</summary>
    private static uint A64(uint word, uint here)
    {
        if (word >> 26 == 0x25)
            return 0x9400_0000 | word - (here >> 2) & 0x3FF_FFFF;
        if ((word & 0x9F00_0000) != 0x9000_0000)
            return word;
        uint page = word >> 29 & 3 | word >> 3 & 0x1F_FFFC;
        if ((page + 0x2_0000 & 0x1C_0000) != 0)
            return word;
        page -= here >> 12;
        return word & 0x9000_001F | (page & 3) << 29 | (page & 0x3_FFFC) << 3 | 0 - (page & 0x2_0000) & 0xE0_0000;
    }
}
