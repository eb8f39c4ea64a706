using System.Text;

namespace Unbrick.Formats.OpenWrt;

// 512 bytes, numbers as octal text (POSIX ustar; GNU tar writes the same with another magic):
//   000 100 name   064 8 mode   07C 12 size   094 8 sum of the header's bytes, these eight as spaces   09C 1 type   101 6 "ustar"
// The content follows, filled up to 512. Two blocks of zeros end the archive, which GNU tar fills up to 10,240.

/// <summary>One member of a tar archive.</summary>
/// <param name="HeaderAt">Where its header stands, from the beginning of the archive.</param>
/// <param name="Size">Bytes of its content.</param>
/// <param name="StoredSum">Sum in the header.</param>
/// <param name="Sum">Sum that the header's bytes give.</param>
internal readonly record struct TarEntry(int HeaderAt, long Size, uint StoredSum, uint Sum)
{
    public const int BlockSize = 512;

    public const int RecordSize = 10240;

    private const int SumAt = 0x94;

    public int DataAt => HeaderAt + BlockSize;

    /// <summary>Where the next member begins.</summary>
    public long Next => DataAt + ((Size + BlockSize - 1) / BlockSize * BlockSize);

    public bool SumFits => StoredSum == Sum;

    /// <summary>The header at this place, of which a whole block must be there.</summary>
    public static TarEntry Read(ReadOnlySpan<byte> archive, int at)
    {
        ReadOnlySpan<byte> header = archive.Slice(at, BlockSize);
        return new(at, Octal(header.Slice(0x7C, 12)), (uint)Octal(header.Slice(SumAt, 8)), SumOf(header));
    }

    /// <summary>Puts the sum that fits into a header.</summary>
    public static void WriteSum(Span<byte> header)
    {
        string text = Convert.ToString(SumOf(header), 8).PadLeft(6, '0');
        Encoding.ASCII.GetBytes(text + "\0 ", header.Slice(SumAt, 8));
    }

    private static uint SumOf(ReadOnlySpan<byte> header)
    {
        uint sum = 8 * ' ';
        for (int i = 0; i < BlockSize; i++)
            sum += i is >= SumAt and < SumAt + 8 ? 0u : header[i];
        return sum;
    }

    /// <summary>At most eleven digits, so that no file makes more than 2^33 of it.</summary>
    private static long Octal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        foreach (byte b in field.Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7')
                break;
            value = (value << 3) + b - '0';
        }
        return value;
    }
}
