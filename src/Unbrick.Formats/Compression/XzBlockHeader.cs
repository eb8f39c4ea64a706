using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// xz-file-format.txt 3.1:
//   0  1  length of the header / 4 - 1 (0: this is the index)
//   1  1  filters - 1 in bits 0 and 1; 40 packed size follows, 80 plain size follows
//   2     packed size, plain size, then for each filter: id, length of properties (all of variable length), properties
//         zeros, CRC-32 of everything before it

/// <summary>Head of an xz block.</summary>
internal sealed record XzBlockHeader(int Length, long PackedSize, long PlainSize, ImmutableArray<XzFilter> Filters)
{
    public const int Lzma2Filter = 0x21, DeltaFilter = 3;

    /// <summary>Null when it makes no sense or its CRC is wrong.</summary>
    public static XzBlockHeader? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] == 0)
            return null;
        int length = (bytes[0] + 1) * 4;
        if (length > bytes.Length || Crc32.Zlib(bytes[..(length - 4)]) != bytes.Le32(length - 4) || (bytes[1] & 0x3C) != 0)
            return null;
        ReadOnlySpan<byte> fields = bytes[..(length - 4)];
        int at = 2;
        long packed = -1, plain = -1;
        if ((bytes[1] & 0x40) != 0 && !TryNumber(fields, ref at, out packed) || (bytes[1] & 0x80) != 0 && !TryNumber(fields, ref at, out plain))
            return null;
        ImmutableArray<XzFilter>.Builder filters = ImmutableArray.CreateBuilder<XzFilter>();
        for (int i = 0; i <= (bytes[1] & 3); i++)
        {
            if (!TryNumber(fields, ref at, out long id) || !TryNumber(fields, ref at, out long size)
                || size > fields.Length - at || id > int.MaxValue)
                return null;
            filters.Add(new XzFilter((int)id, [.. fields.Slice(at, (int)size)]));
            at += (int)size;
        }
        return fields[at..].IsAll(0) ? new XzBlockHeader(length, packed, plain, filters.DrainToImmutable()) : null;
    }

    /// <summary>A number in groups of seven bits, the lowest first; nine bytes at the most.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> bytes, ref int at, out long number)
    {
        number = 0;
        for (int shift = 0; shift < 63 && at < bytes.Length; shift += 7)
        {
            byte b = bytes[at++];
            number |= (long)(b & 0x7F) << shift;
            if (b < 0x80)
                return b != 0 || shift == 0;
        }
        return false;
    }
}

/// <summary>A filter of a block, with its properties.</summary>
internal sealed record XzFilter(int Id, ImmutableArray<byte> Properties);
