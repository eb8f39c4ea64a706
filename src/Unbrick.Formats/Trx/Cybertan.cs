using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Trx;

// 32 bytes before the image (openwrt/firmware-utils src/addpattern.c, struct code_header):
//   00 8 pattern of the model   08 3 date: year since 1900 modulo 100, month, day   0B 3 version   0E 4 "U2ND"
//   12 1 hardware version       13 1 serial number   14 2 flags (chips that it supports)   16 .. boot counters of a pair of images

/// <summary>Cybertan's header before the TRX of Linksys routers (WRT54G, E2100L): the web page compares the pattern. No checksum.</summary>
public sealed class Cybertan : IFormatWriter
{
    public const int HeaderSize = 32;

    private const int PatternLength = 8, DateOffset = 8, VersionOffset = 0x0B, MarkOffset = 0x0E;

    private static ReadOnlySpan<byte> Mark => "U2ND"u8;

    public string Id => "cybertan-bin";

    public string Title => "Linksys image with Cybertan header";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("U2ND", MarkOffset)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length <= HeaderSize)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(HeaderSize + 1, bytes.Length)) : null;
        bool marked = bytes.Has(Mark, MarkOffset);
        if (!input.Claimed && !(marked && HasPattern(bytes) && HasDate(bytes)))
            return null;
        // Two digits of the year: nothing of this kind is older than 2002 or will be made after 2101.
        int year = 2000 + (bytes[DateOffset] % 100);
        int length = bytes.Length;
        if (TrxHeader.TryRead(bytes[HeaderSize..], out TrxHeader trx) && trx is { Magic: TrxHeader.UsualMagic, Plausible: true })
            length = (int)Math.Min(length, HeaderSize + (long)trx.Length);
        Finding finding = new()
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Verdict = Verdict.Unchecked,
            Confidence = Confidence.Likely,
            Facts =
            [
                Fact.Text("pattern", SafeText.Show(bytes.Field(0, PatternLength))),
                Fact.Text(FactName.Version, $"{bytes[VersionOffset]}.{bytes[VersionOffset + 1]}.{bytes[VersionOffset + 2]}"),
                Fact.Text("date", $"{year:d4}-{bytes[DateOffset + 1]:d2}-{bytes[DateOffset + 2]:d2}"),
                Fact.Number("hw_ver", bytes[0x12]),
                Fact.Number("flags", bytes.Le16(0x14)),
            ],
            Parts = [new Part("image", input.At + HeaderSize, length - HeaderSize)],
        };
        return marked ? finding : finding.With(new Flaw(FlawCode.Magic, $"no U2ND at 0x{MarkOffset:x}", input.At + MarkOffset));
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not Finding finding || finding.Length <= HeaderSize)
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        Mark.CopyTo(written.AsSpan(MarkOffset));
        return written;
    }

    /// <summary>The image with the header of a model before it.</summary>
    public static byte[] Write(string pattern, Version version, DateOnly date, ReadOnlySpan<byte> image, byte hwVersion = 0, ushort flags = 0)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(version);
        byte[] written = new byte[HeaderSize + image.Length];
        Encoding.ASCII.GetBytes(pattern.AsSpan(0, Math.Min(pattern.Length, PatternLength)), written);
        ReadOnlySpan<int> numbers = [date.Year % 100, date.Month, date.Day, version.Major, version.Minor, Math.Max(0, version.Build)];
        for (int i = 0; i < numbers.Length; i++)
            written[DateOffset + i] = (byte)numbers[i];
        Mark.CopyTo(written.AsSpan(MarkOffset));
        written[0x12] = hwVersion;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(written.AsSpan(0x14), flags);
        image.CopyTo(written.AsSpan(HeaderSize));
        return written;
    }

    private static bool HasPattern(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> pattern = bytes.Field(0, PatternLength);
        return pattern.Length >= 4 && AsusProduct.IsName(bytes[..PatternLength]);
    }

    private static bool HasDate(ReadOnlySpan<byte> bytes) =>
        bytes[DateOffset] < 100 && bytes[DateOffset + 1] is >= 1 and <= 12 && bytes[DateOffset + 2] is >= 1 and <= 31;
}
