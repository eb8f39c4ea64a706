using System.Buffers.Binary;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// All numbers big-endian (openwrt/firmware-utils src/mkchkimg.c):
//   00  4  magic "*#$^"                10  4  sum of the kernel    20  4  sum of kernel and root file system
//   04  4  header length, board inside 14  4  sum of the rootfs    24  4  sum of the header, this field as zero
//   08  1  region: 1 WW, 2 NA          18  4  kernel length        28 ..  board id, to the end of the header, no NUL
//   09  7  'c' x 7                     1C  4  rootfs length

/// <summary>Header of a Netgear .chk file without the board id that follows it.</summary>
public readonly record struct NetgearChkHeader(
    uint Magic, uint Length, ulong Region, uint KernelSum, uint RootfsSum, uint KernelLength, uint RootfsLength, uint ImageSum, uint HeaderSum)
{
    public const int Size = 0x28;

    public const uint UsualMagic = 0x2A23245E;

    /// <summary>mkchkimg refuses longer board ids.</summary>
    public const int LongestBoard = 64;

    /// <summary>Region as a number: the first of the eight bytes in <see cref="Region"/>.</summary>
    public byte RegionId => (byte)(Region >> 56);

    public static bool TryRead(ReadOnlySpan<byte> bytes, out NetgearChkHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return false;
        header = new(
            bytes.Be32(0), bytes.Be32(4), bytes.Be64(8), bytes.Be32(0x10), bytes.Be32(0x14), bytes.Be32(0x18), bytes.Be32(0x1C),
            bytes.Be32(0x20), bytes.Be32(0x24));
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], Length);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Region);
        ReadOnlySpan<uint> words = [KernelSum, RootfsSum, KernelLength, RootfsLength, ImageSum, HeaderSum];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(0x10 + (i * 4))..], words[i]);
    }

    /// <summary>Sum of this header and its board id, its own field as zero.</summary>
    public uint SumWith(ReadOnlySpan<byte> board)
    {
        Span<byte> made = stackalloc byte[Size];
        (this with { HeaderSum = 0 }).Write(made);
        return NetgearSum.Of(made).Then(NetgearSum.Of(board), board.Length).Value;
    }
}
