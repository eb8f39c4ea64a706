using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

// openwrt/firmware-utils src/tplink-safeloader.c:
//      0    4 total length, big-endian
//      4   10 MD5 of a salt and everything from 14 on
//     14 1000 vendor text (length before it), "fw-type:Cloud..." or nothing, padded with FF
//   1014  800 "fwup-ptn NAME base 0xHEX size 0xHEX\t\r\n" lines, NUL, FF; base counts from 1014
//   1814      partitions; one of them, partition-table, is the map of the flash
// "?NEW" images: MD5 before the length, the length without these 14 bytes, "?NEW" at 14, and the table at 1050.

/// <summary>
/// Image of TP-Link's "safeloader" devices. The device looks for its own line in the support list and writes each partition to where the
/// flash map of the image says. Sysupgrade images of OpenWrt are the bare partitions: nothing in them can be checked.
/// </summary>
public sealed class Safeloader : IFormatWriter
{
    internal const int Preamble = 0x14, HeaderSize = 0x1000, TableSize = 0x800, UsualTable = 0x1014, NewTable = 0x1050;

    private static ReadOnlySpan<byte> Salt =>
        [0x7A, 0x2B, 0x15, 0xED, 0x9B, 0x98, 0x59, 0x6D, 0xE5, 0x04, 0xAB, 0x44, 0xAC, 0x2A, 0x9F, 0x4E];

    public string Id => "safeloader";

    public string Title => "TP-Link safeloader image";

    public ImmutableArray<BytePattern> Patterns { get; } =
        [BytePattern.Text("fwup-ptn ", UsualTable), BytePattern.Text("fwup-ptn ", NewTable)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        bool hasUsual = bytes.Has("fwup-ptn "u8, UsualTable);
        bool isNew = !hasUsual && bytes.Has("fwup-ptn "u8, NewTable) && bytes.Has("?NEW"u8, Preamble);
        bool sized = bytes.Length > UsualTable + TableSize && bytes.Be32(0) == bytes.Length;
        if (!hasUsual && !isNew && !(sized && (input.AtStart || input.Claimed) && Md5Fits(bytes, 4)))
            return input.Claimed ? Sysupgrade(input) : null;

        long announced = isNew ? bytes.Be32(0x10) + (long)Preamble : bytes.Be32(0);
        int length = (int)Math.Clamp(announced, Math.Min(bytes.Length, UsualTable + TableSize), bytes.Length);
        int md5At = isNew ? 0 : 4;
        bool proven = announced == length && Md5Fits(bytes[..length], md5At);
        SafeloaderContent content = new(input, length, isNew ? NewTable : UsualTable, proven);
        if (!input.Claimed && !input.AtStart && !proven && !content.Complete)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        bool wholeFile = input.At == 0 && input.End == input.Image.Length;
        if (announced > bytes.Length || (announced < bytes.Length && (wholeFile || !proven)))
        {
            string seen = $"the length in the header is {announced:N0}, the file has {bytes.Length:N0} bytes";
            flaws.Add(new Flaw(FlawCode.Size, seen, input.At + (isNew ? 0x10 : 0)));
        }
        // What the MD5 of "?NEW" images covers is not known.
        if (!proven && !isNew && announced <= bytes.Length && !Md5Fits(bytes, md5At))
        {
            string seen = $"MD5 is {Md5Text(bytes, md5At)}, the bytes give {Convert.ToHexStringLower(Md5Of(bytes[..length]))}";
            flaws.Add(new Flaw(FlawCode.Md5, seen, input.At + md5At));
        }
        flaws.AddRange(content.Flaws);
        return new Finding
        {
            Offset = input.At,
            Length = announced < bytes.Length && !proven ? bytes.Length : length,
            Format = Id,
            Variant = isNew ? "qnew" : bytes.Has("fw-type:Cloud"u8, Preamble) ? "cloud" : null,
            Verdict = proven ? Verdict.Ok : Verdict.Unchecked,
            Confidence = proven ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Number("size_field", isNew ? announced - Preamble : announced),
                Fact.Text("md5", Md5Text(bytes, md5At)),
                .. VendorFact(bytes),
                .. content.Facts,
            ],
            Parts = content.Parts,
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (finding[FactName.SupportList] is ImmutableArray<string> lines)
        {
            SupportLine[] read = [.. lines.Select(line => SupportLine.TryRead(line, out SupportLine one) ? one : default)];
            if (expected.SupportId is string own && !lines.Contains(own, StringComparer.OrdinalIgnoreCase))
            {
                bool otherRegion = SupportLine.TryRead(own, out SupportLine unit) && read.Any(line => line.Product == unit.Product);
                flaws.Add(new Flaw(
                    otherRegion ? FlawCode.WrongRegion : FlawCode.WrongHwid,
                    $"the support list of {lines.Length} lines has no {Core.Text.SafeText.Show(own)}", finding.Offset));
            }
            else if (expected.Region is string region && !Array.Exists(read, line => line.Takes(region)))
            {
                flaws.Add(new Flaw(FlawCode.WrongRegion, $"none of the {lines.Length} lines of the support list is for {region}", finding.Offset));
            }
        }
        flaws.AddRange(PartitionFit.Whole(finding, expected));
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not Finding finding)
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        if (finding.Variant is "sysupgrade" or "qnew" || written.Length < UsualTable + TableSize)
            return written;
        Seal(written);
        return written;
    }

    /// <summary>
    /// An image of these partitions in this order. The header is the vendor text with its length before it, or empty; partition-table and
    /// support-list belong to the partitions.
    /// </summary>
    public static byte[] Write(ReadOnlySpan<byte> header, IReadOnlyList<SafeloaderPartition> partitions)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Length, HeaderSize);
        StringBuilder table = new();
        int at = TableSize;
        foreach (SafeloaderPartition partition in partitions)
        {
            table.Append("fwup-ptn ").Append(partition.Name).Append($" base 0x{at:x5} size 0x{partition.Data.Length:x5}\t\r\n");
            at = checked(at + partition.Data.Length);
        }
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(table.Length, TableSize, nameof(partitions));
        byte[] image = new byte[UsualTable + at];
        image.AsSpan(0, UsualTable + TableSize).Fill(0xFF);
        header.CopyTo(image.AsSpan(Preamble));
        image[UsualTable + Encoding.ASCII.GetBytes(table.ToString(), image.AsSpan(UsualTable))] = 0;
        at = UsualTable + TableSize;
        foreach (SafeloaderPartition partition in partitions)
        {
            partition.Data.Span.CopyTo(image.AsSpan(at));
            at += partition.Data.Length;
        }
        Seal(image);
        return image;
    }

    private static void Seal(byte[] image)
    {
        BinaryPrimitives.WriteUInt32BigEndian(image, (uint)image.Length);
        Md5Of(image).CopyTo(image.AsSpan(4));
    }

    private static byte[] Md5Of(ReadOnlySpan<byte> image) => SaltedMd5.OfSalted(Salt, image[Preamble..]);

    private static bool Md5Fits(ReadOnlySpan<byte> image, int at) => Md5Of(image).AsSpan().SequenceEqual(image.Slice(at, SaltedMd5.Size));

    private static string Md5Text(ReadOnlySpan<byte> bytes, int at) => Convert.ToHexStringLower(bytes.Slice(at, SaltedMd5.Size));

    private static ImmutableArray<Fact> VendorFact(ReadOnlySpan<byte> bytes)
    {
        uint length = bytes.Be32(Preamble);
        return length is > 0 and < HeaderSize - 4 ? [Fact.Text(FactName.Vendor, bytes.FieldText(Preamble + 4, (int)length))] : [];
    }

    /// <summary>Kernel, FF and a root file system at the distance of their flash partitions, and nothing that says so.</summary>
    private Finding Sysupgrade(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        int rootfs = bytes.IndexOf("hsqs"u8);
        if (rootfs <= 0)
        {
            Flaw flaw = new(FlawCode.Structure, "neither a table of partitions at 0x1014 nor a root file system", input.At);
            return Unreadable.Claim(input, Id, flaw);
        }
        return new Finding
        {
            Offset = input.At,
            Length = bytes.Length,
            Format = Id,
            Variant = "sysupgrade",
            Verdict = Verdict.Unchecked,
            Confidence = Confidence.Guess,
            Parts =
            [
                new Part("os-image", input.At, rootfs),
                new Part("file-system", input.At + rootfs, bytes.Length - rootfs),
            ],
        };
    }
}
