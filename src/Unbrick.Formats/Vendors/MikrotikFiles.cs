using System.Collections.Immutable;
using System.IO.Compression;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// A file in the stream, little-endian (openwrt/firmware-utils src/npk_pack_kernel.c):
//   00 2 mode   02 6 zero   08 3x4 times   14 4 zero   18 4 length   1C 2 name length   1E name, content

/// <summary>The files of a MikroTik package, unpacked to see that the checksum of the stream fits.</summary>
/// <param name="Names">What they are called.</param>
/// <param name="Whole">Null when the budget did not suffice to tell.</param>
internal sealed record MikrotikFiles(ImmutableArray<string> Names, bool? Whole)
{
    private const int FileHeader = 30;
    private const int LongestName = 4096;
    private const int MostNames = 64;

    public static MikrotikFiles Read(ReadOnlyMemory<byte> packed, ReadBudget budget)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        bool? whole;
        try
        {
            using MemoryStream source = new(packed.ToArray());
            using ZLibStream stream = new(source, CompressionMode.Decompress);
            whole = ReadFiles(stream, names, budget);
        }
        catch (InvalidDataException)
        {
            whole = false;
        }
        return new(names.DrainToImmutable(), whole);
    }

    private static bool? ReadFiles(ZLibStream stream, ImmutableArray<string>.Builder names, ReadBudget budget)
    {
        byte[] buffer = new byte[0x8000];
        while (budget.Unpackable > 0)
        {
            int got = stream.ReadAtLeast(buffer.AsSpan(0, FileHeader), FileHeader, throwOnEndOfStream: false);
            budget.Spend(got);
            if (got == 0)
                return names.Count > 0;
            ReadOnlySpan<byte> header = buffer;
            int nameLength = header.Le16(0x1C);
            long length = header.Le32(0x18);
            if (got < FileHeader || nameLength > LongestName
                || stream.ReadAtLeast(buffer.AsSpan(0, nameLength), nameLength, throwOnEndOfStream: false) < nameLength)
            {
                return false;
            }
            if (names.Count < MostNames)
                names.Add(SafeText.Show(buffer.AsSpan(0, nameLength)));
            for (; length > 0 && budget.Unpackable > 0; length -= got)
            {
                got = stream.Read(buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)));
                budget.Spend(got);
                if (got == 0)
                    return false;
            }
        }
        return null;
    }
}
