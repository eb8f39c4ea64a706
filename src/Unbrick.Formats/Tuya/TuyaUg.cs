using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Tuya;

// All numbers big-endian (Tuya's public port of its OTA layer, tkl_ota.c):
//   00  4  55aa55aa            10  4  length of the payload      18  4  sum of the bytes 00..17
//   04 12  version, NUL-padded 14  4  sum of its bytes           1C  4  aa55aa55           20  payload

/// <summary>Update file of Tuya modules with Beken chips (UG). The module checks both sums before it writes.</summary>
public sealed class TuyaUg : IFormatWriter
{
    private const int Header = 0x20, HeadSumAt = 0x18;
    private const uint Begin = 0x55AA55AA, End = 0xAA55AA55;

    public string Id => "tuya-ug";

    public string Title => "Tuya update file (UG)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("55AA55AA")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Header)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(Header, bytes.Length)) : null;
        bool begins = bytes.Be32(0) == Begin, ends = bytes.Be32(0x1C) == End;
        uint headSum = Sum(bytes[..HeadSumAt]);
        bool headFits = headSum == bytes.Be32(HeadSumAt);
        // One of the two marks may be destroyed; the sum, which covers the first, then fits with it put right.
        bool repaired = !begins && ends && headSum - Sum(bytes[..4]) + 0x1FE == bytes.Be32(HeadSumAt);
        bool known = (begins && ends) || (input.AtStart && ((begins && headFits) || repaired));
        if (!known && !input.Claimed)
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!begins || !ends)
            flaws.Add(new Flaw(FlawCode.Magic, $"the marks are 0x{bytes.Be32(0):x8} and 0x{bytes.Be32(0x1C):x8}", input.At + (begins ? 0x1C : 0)));
        if (!headFits && !repaired)
            flaws.Add(Flaw.Differs(FlawCode.HeaderChecksum, "sum of the header", bytes.Be32(HeadSumAt), headSum, input.At + HeadSumAt));
        uint announced = bytes.Be32(0x10);
        long end = Header + (long)announced;
        if (end > bytes.Length)
        {
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        }
        else if (Sum(bytes.Slice(Header, (int)announced)) is uint sum && sum != bytes.Be32(0x14))
        {
            flaws.Add(Flaw.Differs(FlawCode.Checksum, "sum of the payload", bytes.Be32(0x14), sum, input.At + 0x14));
        }
        int length = (int)Math.Min(end, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Confidence = headFits ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Version, bytes.FieldText(4, 12)),
                Fact.Number("bin_len", announced),
                Fact.Number("bin_sum", bytes.Be32(0x14)),
            ],
            Parts = length > Header ? [new Part("payload", input.At + Header, length - Header)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        long? most = expected.LargestApp ?? expected.PartitionSize;
        return finding["bin_len"] is long length && length >= most
            ? [new Flaw(FlawCode.TooLarge, $"the payload has {length:N0} bytes, less than {most:N0} fit", finding.Offset + 0x10)]
            : [];
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < Header)
            return null;
        byte[] written = bytes[..(int)Math.Min(Header + (long)bytes.Be32(0x10), bytes.Length)].ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(written, Begin);
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(0x10), (uint)(written.Length - Header));
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(0x14), Sum(written.AsSpan(Header)));
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(HeadSumAt), Sum(written.AsSpan(0, HeadSumAt)));
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(0x1C), End);
        return written;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes)
            sum += b;
        return sum;
    }
}
