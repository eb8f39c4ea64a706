using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

/// <summary>What the small vendor headers have in common.</summary>
internal static class VendorRules
{
    /// <summary>What is claimed to be of a format and cannot even be taken apart.</summary>
    public static Finding Broken(string id, in FormatInput input, Flaw flaw) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = id,
        Confidence = Confidence.Guess,
    }.With(flaw);

    /// <summary>Printable ASCII and at least one byte of it.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0;

    /// <summary>A field with a text, NUL, and nothing but <paramref name="padding"/> after it; a text may fill it to the last byte.</summary>
    public static bool IsPaddedText(ReadOnlySpan<byte> field, byte padding = 0)
    {
        int end = field.IndexOf((byte)0);
        return end < 0 ? IsText(field) : IsText(field[..end]) && field[(end + 1)..].IsAll(padding);
    }

    /// <summary>MD5 of two stretches, one after the other: a checksum that the formats prescribe, no protection.</summary>
    public static byte[] Md5(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(first);
        md5.AppendData(second);
        return md5.GetHashAndReset();
    }

    /// <summary>
    /// The board name in the header is not one of the unit's. Names with a comma are those of OpenWrt (<c>netgear,r6220</c>), which no vendor's
    /// header has: a unit of which only such names are known is not compared.
    /// </summary>
    public static void CompareBoard(ImmutableArray<Flaw>.Builder flaws, Finding finding, Expectation expected)
    {
        string[] boards = [.. expected.Boards.Where(board => !board.Contains(',', StringComparison.Ordinal))];
        if (boards.Length > 0 && finding[FactName.Board] is string has && !boards.Contains(has, StringComparer.Ordinal))
            flaws.Add(new Flaw(FlawCode.WrongBoard, $"made for {has}, the unit is {string.Join(" or ", boards)}", finding.Offset));
    }

    /// <summary>What is written to the flash is larger than the partition.</summary>
    public static void CompareSize(ImmutableArray<Flaw>.Builder flaws, Finding finding, long written, Expectation expected) =>
        flaws.AddRange(PartitionFit.Written(finding, written, expected));

    /// <summary>Bytes of all parts: what is written when the header is not.</summary>
    public static long PartBytes(Finding finding)
    {
        long sum = 0;
        foreach (Part part in finding.Parts)
            sum += part.Length;
        return sum;
    }
}
