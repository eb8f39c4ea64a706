using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Little-endian (openwrt/firmware-utils src/mkdlinkfw.c, "ARM update header 2.0"):
//   00 12  rom id, "DLK" and 9 more    20  4  erase from        2C  4  length of the image       47  1  kind
//   0E  2  sum of the image            24  4  bytes to erase    40  4  42 48 02 00               4C  2  family of boards
//   1A  1  1                           28  4  write to          46  1  section                   4E  2  sum of the header, inverted
//   1C  4  time, in JBOOT's count                                                                50 ..  image

/// <summary>
/// Update of D-Link's boards with the boot loader JBOOT (DWR-92x, DWR-118 and others). Its recovery page compares rom id and family with its
/// own and checks both sums; the image is written as it is.
/// </summary>
public sealed class DlinkDlk : IFormatWriter
{
    private const int HeaderSize = 0x50, ImageSum = 0xE, LengthAt = 0x2C, MarkAt = 0x40, FamilyAt = 0x4C, HeaderSum = 0x4E;
    private const uint Mark = 0x0002_4842;

    public string Id => "dlink-dlk";

    public string Title => "D-Link update for JBOOT (DLK)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("42 48 02 00", MarkAt)];

    private static ReadOnlySpan<byte> Magic => "DLK"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize, bytes.Length)) : null;
        bool named = bytes.Has(Magic), marked = bytes.Le32(MarkAt) == Mark;
        ushort headerSum = JbootSum.Inverted(bytes[..HeaderSum]);
        bool headerFits = headerSum == bytes.Le16(HeaderSum);
        long end = HeaderSize + (long)bytes.Le32(LengthAt);
        bool whole = end > HeaderSize && end <= bytes.Length;
        if (!input.Claimed && !(named && marked) && !(input.AtStart && (named || marked) && whole))
            return null;
        ushort imageSum = whole ? JbootSum.Of(bytes[HeaderSize..(int)end]) : (ushort)0;
        bool fits = whole && imageSum == bytes.Le16(ImageSum);
        if (!input.Claimed && !headerFits && !fits && !(input.AtStart && named && marked))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!named || !marked)
            flaws.Add(new Flaw(FlawCode.Magic, $"0x{bytes.Be32(0):x8} and 0x{bytes.Be32(MarkAt):x8} stand in place of \"DLK\" and 0x42480200", input.At));
        if (!headerFits)
            flaws.Add(new Flaw(FlawCode.HeaderChecksum, $"sum of the header is 0x{bytes.Le16(HeaderSum):x4}, the bytes give 0x{headerSum:x4}", input.At + HeaderSum));
        if (!whole)
            flaws.Add(Flaw.Truncated(Math.Max(end, HeaderSize + 1), bytes.Length));
        else if (!fits)
            flaws.Add(new Flaw(FlawCode.Checksum, $"sum of the image is 0x{bytes.Le16(ImageSum):x4}, the bytes give 0x{imageSum:x4}", input.At + ImageSum));
        int length = (int)Math.Clamp(end, HeaderSize, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Confidence = headerFits && named && marked ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text("rom_id", bytes.FieldText(0, 12)),
                Fact.Hex("family", bytes.Le16(FamilyAt)),
                Fact.Hex("flash_offset", bytes.Le32(0x28)),
                Fact.Hex("erase_length", bytes.Le32(0x24)),
            ],
            Parts = length > HeaderSize ? [new Part("image", input.At + HeaderSize, length - HeaderSize)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, VendorRules.PartBytes(finding), expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length <= HeaderSize || HeaderSize + (long)bytes.Le32(LengthAt) > bytes.Length)
            return null;
        byte[] written = bytes[..(HeaderSize + (int)bytes.Le32(LengthAt))].ToArray();
        Magic.CopyTo(written);
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(MarkAt), Mark);
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(LengthAt), (uint)(written.Length - HeaderSize));
        BinaryPrimitives.WriteUInt16LittleEndian(written.AsSpan(ImageSum), JbootSum.Of(written.AsSpan(HeaderSize)));
        BinaryPrimitives.WriteUInt16LittleEndian(written.AsSpan(HeaderSum), JbootSum.Inverted(written.AsSpan(0, HeaderSum)));
        return written;
    }
}
