using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Trx;

// The last bytes of the data, big-endian (openwrt/firmware-utils src/asusuimage.c, tail_content_t and tail_footer_t):
//   content: 00 4 extended build   04 2 build   06 6 0      (before it: what was appended to the kernel)
//   footer:  00 1 type and flags   01 3 length of the content   04 2 check of the footer   06 2 check of the content   08 4 2AFED414
// A check is the inverted XOR of the little-endian 16-bit words, its own field as 0.

/// <summary>The tail of an ASUS image of the third kind: build numbers, and checks over what follows the kernel.</summary>
internal static class AsusTail
{
    private const int FooterSize = 12, ContentSize = 12, FooterCheck = 4, ContentCheck = 6;
    private const uint Magic = 0x2AFE_D414;

    public static bool Ends(ReadOnlySpan<byte> image) => image.Length > FooterSize && image.Be32(image.Length - 4) == Magic;

    public static void Check(ImmutableArray<Flaw>.Builder flaws, ImmutableArray<Fact>.Builder facts, ReadOnlySpan<byte> image, int start)
    {
        if (!Ends(image))
        {
            flaws.Add(new Flaw(FlawCode.TailMissing, $"the image does not end with 0x{Magic:x8}"));
            return;
        }
        int at = image.Length - FooterSize;
        ReadOnlySpan<byte> footer = image[at..];
        ushort check = CheckOf(footer, FooterCheck);
        if (check != footer.Be16(FooterCheck))
            flaws.Add(Flaw.Differs(FlawCode.TrailerCrc, "check of the tail", footer.Be16(FooterCheck), check, start + at + FooterCheck));
        int length = ContentLength(footer);
        if (length < ContentSize || length > at)
        {
            flaws.Add(new Flaw(FlawCode.TrailerSize, $"the tail has {length:N0} bytes of content, {at:N0} are before it", start + at + 1));
            return;
        }
        check = CheckOf(image.Slice(at - length, length));
        if (check != footer.Be16(ContentCheck))
            flaws.Add(Flaw.Differs(FlawCode.Checksum, "check of the content", footer.Be16(ContentCheck), check, start + at + ContentCheck));
        facts.Add(Fact.Number("extend_no", image.Be32(at - ContentSize)));
        facts.Add(Fact.Number("build", image.Be16(at - ContentSize + 4)));
    }

    /// <summary>Computes both checks anew; nothing when there is no tail.</summary>
    public static void Seal(Span<byte> image)
    {
        int at = image.Length - FooterSize;
        if (!Ends(image) || ContentLength(image[at..]) is not (>= ContentSize and var length) || length > at)
            return;
        Span<byte> footer = image[at..];
        BinaryPrimitives.WriteUInt16BigEndian(footer[ContentCheck..], CheckOf(image.Slice(at - length, length)));
        BinaryPrimitives.WriteUInt16BigEndian(footer[FooterCheck..], CheckOf(footer, FooterCheck));
    }

    private static int ContentLength(ReadOnlySpan<byte> footer) => (int)(footer.Be32(0) & 0xFF_FFFF);

    /// <param name="bytes">A last odd byte does not count.</param>
    /// <param name="skip">Where the check itself stands, when it is among the bytes.</param>
    private static ushort CheckOf(ReadOnlySpan<byte> bytes, int skip = -1)
    {
        ushort sum = 0;
        for (int at = 0; at + 2 <= bytes.Length; at += 2)
        {
            if (at != skip)
                sum ^= bytes.Le16(at);
        }
        return (ushort)~sum;
    }
}
