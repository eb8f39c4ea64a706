using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>
/// A head of LZMA that a vendor cut: properties and dictionary as usual, then the plain size in four bytes in place of eight, or none at
/// all. It proves nothing; the stream must end as an encoder ends it.
/// </summary>
/// <param name="Length">Bytes of the head: 9 or 5.</param>
/// <param name="Size">Plain bytes, or <see cref="LzmaStream.UnknownSize"/> when only a marker ends the stream.</param>
/// <param name="Facts">What it says.</param>
internal readonly record struct LzmaShortHead(int Length, long Size, ImmutableArray<Fact> Facts)
{
    /// <summary>Less than this comes out of what was none.</summary>
    public const int LeastPlain = 64;

    private const int WithSize = 9, WithoutSize = 5, CoderSize = 5;
    private const uint LargestPlausible = 1 << 28;

    /// <summary>Null when it is none, or has all its bytes (<see cref="LzmaCodec"/>).</summary>
    public static LzmaShortHead? Find(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < WithSize + CoderSize || !LzmaCodec.UsualProperties.Contains(packed[0]))
            return null;
        uint dictionary = packed.Le32(1);
        if (dictionary < 4096 || (dictionary & (dictionary - 1)) != 0)
            return null;
        if (packed[WithSize] == 0 && packed.Le32(WithSize + 1) != 0 && packed.Le32(WithoutSize) is > 0 and <= LargestPlausible and uint little)
            return new(WithSize, little, [Fact.Text("head", "9 bytes: the size has 4 in place of 8"), Fact.Number("dict_size", dictionary)]);
        if (packed[WithSize] == 0 && packed.Le32(WithSize + 1) != 0 && packed.Be32(WithoutSize) is > 0 and <= LargestPlausible and uint big)
            return new(WithSize, big, [Fact.Text("head", "9 bytes: the size has 4 in place of 8, big-endian"), Fact.Number("dict_size", dictionary)]);
        return packed[WithoutSize] == 0 && packed.Le32(WithoutSize + 1) is not 0 and not uint.MaxValue
            ? new(WithoutSize, LzmaStream.UnknownSize, [Fact.Text("head", "5 bytes: no size"), Fact.Number("dict_size", dictionary)])
            : null;
    }
}
