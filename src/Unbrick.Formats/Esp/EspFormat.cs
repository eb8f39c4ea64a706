using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Esp;

/// <summary>
/// What the image formats of the ESP8266 and of the ESP32 family share: they differ in the header only. One byte of magic is no proof, so
/// an image is one when its header makes sense and, unless the file begins with it, the checksum is right.
/// </summary>
public abstract class EspFormat : IFormatWriter, IScansItself
{
    /// <summary>Flash is mapped by 64 KiB and written by 4 KiB: no image begins elsewhere.</summary>
    private const int Sector = 0x1000, LargestInDump = 16 << 20;

    public abstract string Id { get; }

    public abstract string Title { get; }

    public ImmutableArray<BytePattern> Patterns => [];

    /// <summary>Header of 24 bytes, not of 8.</summary>
    protected abstract bool Extended { get; }

    public void Candidates(ReadOnlySpan<byte> image, List<int> places)
    {
        for (int at = 0; at <= image.Length - EspImage.ExtendedSize; at += Sector)
        {
            if (image[at] is EspImage.Magic or EspImage.MappedMagic && HeaderMakesSense(image[at..]))
                places.Add(at);
        }
    }

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !input.AtStart)
            bytes = bytes[..Math.Min(bytes.Length, LargestInDump)];
        if (!input.Claimed && (!HeaderMakesSense(bytes) || !(input.AtStart || (IsMagic(bytes[0]) && input.Budget.Unpackable >= bytes.Length))))
            return null;
        int header = Extended ? EspImage.ExtendedSize : EspImage.HeaderSize;
        if (EspImage.Parse(bytes, Extended) is not { } image)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(header, bytes.Length)) : null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        bool magic = IsMagic(image.FirstByte);
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{image.FirstByte:x2}, not 0x{EspImage.Magic:x2}", input.At));
        if (image.SegmentCount is 0 or > EspImage.MostSegments)
            flaws.Add(new Flaw(FlawCode.SegmentCount, $"{image.SegmentCount} segments, 1 to {EspImage.MostSegments} are possible", input.At + 1));
        bool summed = image.Whole && Check(bytes, image, input.At, flaws);
        if (image.Announced > bytes.Length)
            flaws.Add(Flaw.Truncated(image.Announced, bytes.Length));
        else if (!image.Whole)
            flaws.Add(new Flaw(FlawCode.Structure, "no second header (0xe9) behind the segment of mapped flash", input.At));
        // Hashing again and again what one sector further claims again is what a hostile dump could ask for.
        if (!input.AtStart && !input.Claimed)
            input.Budget.Spend(image.Whole ? image.Announced : 0);
        if (!input.Claimed && (!summed || !SegmentsMakeSense(image)) && !(input.AtStart && magic && SegmentsMakeSense(image)))
            return null;
        int length = (int)Math.Min(image.Announced + (image.HasAppendedCrc(bytes) ? 4 : 0), bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Variant = image.FirstByte == EspImage.MappedMagic && !Extended ? "v2" : Extended ? EspChip.Name(image.ChipId) : null,
            Confidence = summed && magic ? Confidence.Certain : Confidence.Likely,
            Facts = Facts(bytes[..length], image),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Chip is string chip && finding["chip"] is string has && chip != has)
            flaws.Add(new Flaw(FlawCode.WrongChip, $"made for {has}, the chip is {chip}", Extended ? finding.Offset + 0xC : finding.Offset));
        if ((expected.LargestApp ?? expected.PartitionSize) is long most && finding.Length > most)
            flaws.Add(new Flaw(FlawCode.TooLarge, $"{finding.Length:N0} bytes, {most:N0} fit", finding.Offset));
        if (expected.FlashSize is long flash && finding["flash_size"] is long size && size > flash)
            flaws.Add(new Flaw(FlawCode.BeyondFlash, $"set to a flash chip of {size:N0} bytes, this one has {flash:N0}", finding.Offset + 3));
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (EspImage.Parse(bytes, Extended) is not { Whole: true, SegmentCount: > 0 and <= EspImage.MostSegments } image)
            return null;
        bool crc = image.HasAppendedCrc(bytes) || (image.FirstByte == EspImage.MappedMagic && bytes.Length == image.Announced + 4);
        byte[] written = bytes[..(int)(image.Announced + (crc ? 4 : 0))].ToArray();
        image.Seal(written);
        if (crc)
            BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(image.HashAt), image.AppendedCrc(written));
        return written;
    }

    private bool IsMagic(byte first) => first == EspImage.Magic || (!Extended && first == EspImage.MappedMagic);

    /// <summary>Fields that have few right values, so that most other bytes are told apart before any data is read.</summary>
    private bool HeaderMakesSense(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EspImage.ExtendedSize || bytes[1] > EspImage.MostSegments || bytes[2] > 5 || !EspChip.CanRun(Extended, bytes.Le32(4)))
            return false;
        if (!Extended)
            return bytes[1] > 0 && (bytes[0] == EspImage.MappedMagic ? bytes[1] == 4 && bytes.Le32(8) == 0 : EspChip.CanLoad(false, bytes.Le32(8)));
        return EspChip.Name(bytes.Le16(0xC)) is not null && bytes[19..23].IsAll(0) && bytes[23] < 2
            && (bytes.Length < 32 || EspChip.CanLoad(true, bytes.Le32(24)));
    }

    private bool SegmentsMakeSense(EspImage image)
    {
        foreach (EspSegment segment in image.Segments)
        {
            if (segment.Summed && !EspChip.CanLoad(Extended, segment.Load))
                return false;
        }
        return image.Segments.Length > 0 || !image.Whole;
    }

    /// <summary>True when the checksum fits.</summary>
    private static bool Check(ReadOnlySpan<byte> bytes, EspImage image, int at, ImmutableArray<Flaw>.Builder flaws)
    {
        byte sum = image.Checksum(bytes), stored = bytes[image.ChecksumAt];
        if (sum != stored)
            flaws.Add(new Flaw(FlawCode.Checksum, $"checksum is 0x{stored:x2}, the bytes give 0x{sum:x2}", at + image.ChecksumAt));
        if (image.HashAppended && !image.Hash(bytes).AsSpan().SequenceEqual(bytes.Slice(image.HashAt, EspImage.HashSize)))
            flaws.Add(new Flaw(FlawCode.Sha256, "the SHA-256 at the end is not that of the image", at + image.HashAt));
        return sum == stored;
    }

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> bytes, EspImage image)
    {
        EspFlashSettings settings = EspFlashSettings.Of(image);
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Text("chip", image.Chip));
        if (image.Extended)
        {
            facts.Add(Fact.Number(FactName.ChipId, image.ChipId));
            facts.Add(Fact.Flag("hash_appended", image.HashAppended));
        }
        facts.Add(Fact.Number("segments", image.SegmentCount));
        facts.Add(Fact.Hex(FactName.Entry, image.Entry));
        facts.Add(Fact.Text("flash_mode", settings.Mode));
        facts.Add(Fact.Number("flash_size", settings.Size));
        facts.Add(Fact.Number("flash_mhz", settings.Megahertz));
        facts.Add(Fact.List("loads", [.. image.Segments.Select(s => $"0x{s.Load:x8} {s.Length}")]));
        EspFirmware.AddFacts(bytes, image, facts);
        return facts.DrainToImmutable();
    }
}
