using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Numbers big-endian (openwrt/firmware-utils src/buffalo-lib.h, buffalo-tag.c):
//   00 32  product           50  2  region, "M_" for many   68  4  "hwv"               88  4  length of all
//   20 32  brand             52  4  mask of regions         6C  4  hardware version    8C  4  checksum, as zero, or 0 for none
//   40  8  version, major    58  8  language                70 24  zero
//   48  8  version, minor    60  8  platform
// then, for one file:  90 4 base, 94 4 base, 98 4 data length, 9C 1 flag, 9D 3 zero, data
//       for two:       90 4 length of the first, 94 4 of the second, 98 1 flag, 99 3 zero, both
//       DHP models:    90 4 length of the data, 94 4 base, data; the length of all counts a header of 200 bytes, and there is no checksum

/// <summary>Which of the three headers with the product at the beginning this is.</summary>
internal readonly record struct BuffaloTagShape(string? Variant, int HeaderLength, long Total, long First, long Second)
{
    public const int LengthAt = 0x88;

    public const int ChecksumAt = 0x8C;

    public const int LongestHeader = 0xA0;

    private const int DhpHeaderLength = 200;

    /// <summary>Where the lengths agree with each other; null where they do for none of the three.</summary>
    public static BuffaloTagShape? Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LongestHeader)
            return null;
        uint total = bytes.Be32(LengthAt), word90 = bytes.Be32(0x90), word94 = bytes.Be32(0x94), word98 = bytes.Be32(0x98);
        if (word98 > 0 && (long)word98 + 0xA0 == total && bytes[0x9D..0xA0].IsAll(0))
            return new(null, 0xA0, total, word98, 0);
        if (word90 > 0 && word94 > 0 && (long)word90 + word94 + 0x9C == total && bytes[0x99..0x9C].IsAll(0))
            return new("two-files", 0x9C, total, word90, word94);
        if (word90 > 0 && (long)word90 + DhpHeaderLength == total && bytes.Be32(ChecksumAt) == 0)
            return new("dhp", 0x98, 0x98 + (long)word90, word90, 0);
        return null;
    }

    /// <summary>The texts are such, and what is zero in every such header is zero.</summary>
    public static bool HasTexts(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= LongestHeader && VendorRules.IsPaddedText(bytes[..0x20]) && VendorRules.IsPaddedText(bytes[0x20..0x40])
        && VendorRules.IsPaddedText(bytes[0x40..0x48]) && VendorRules.IsText(bytes[0x50..0x52]) && bytes[0x70..LengthAt].IsAll(0);
}
