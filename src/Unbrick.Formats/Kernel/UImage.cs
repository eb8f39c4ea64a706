using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Kernel;

/// <summary>
/// Legacy U-Boot image. Boot loaders boot it only when both CRCs are right ("Bad Header Checksum", "Bad Data CRC"). What follows after the
/// data is not its business: sysupgrade files append a root file system there.
/// </summary>
public sealed class UImage : IFormatWriter
{
    /// <summary>Longest padded header that is looked for (uimage_padhdr -l; devices use 0x60 at the most, 0x1000 is room enough).</summary>
    private const int LongestHeader = 0x1000;

    public string Id => "uimage";

    public string Title => "U-Boot legacy image (uImage)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("27 05 19 56"), BytePattern.Text("OKLI")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!UImageHeader.TryRead(bytes, out UImageHeader header))
            return input.Claimed ? Broken(input, Flaw.Truncated(UImageHeader.Size, bytes.Length)) : null;
        bool knownMagic = header.Magic is UImageHeader.UsualMagic or UImageHeader.OkliMagic;
        if (!knownMagic && !input.Claimed)
            return null;
        int headerLength = HeaderLength(bytes, header);
        bool headerFits = headerLength > 0;
        // Without its CRC only a header that makes sense is one: four bytes of magic are no proof in a dump of megabytes.
        if (!headerFits && !input.Claimed && !Plausible(header))
            return null;
        if (!headerFits)
            headerLength = UImageHeader.Size;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!knownMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{header.Magic:x8}, not 0x{UImageHeader.UsualMagic:x8}", input.At));
        if (!headerFits)
            flaws.Add(Flaw.Differs(FlawCode.HeaderCrc, "header CRC", header.HeaderCrc, UImageHeader.CrcOf(bytes, headerLength), input.At + 4));
        long end = headerLength + (long)header.DataLength;
        bool whole = end <= bytes.Length;
        bool dataFits = false;
        if (!whole)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        else
        {
            uint crc = Crc32.Zlib(bytes.Slice(headerLength, (int)header.DataLength));
            dataFits = crc == header.DataCrc;
            if (!dataFits)
                flaws.Add(Flaw.Differs(FlawCode.DataCrc, "data CRC", header.DataCrc, crc, input.At + 0x18));
        }
        int length = (int)Math.Min(end, bytes.Length);
        return new Finding
        {
            Offset = input.At,
            Length = length,
            Format = Id,
            Variant = header.Magic == UImageHeader.OkliMagic ? "okli" : headerLength > UImageHeader.Size ? "padhdr" : null,
            Confidence = headerFits ? Confidence.Certain : Confidence.Likely,
            Facts = Facts(bytes, header, headerLength),
            Parts = length > headerLength ? [new Part("data", input.At + headerLength, length - headerLength, dataFits)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Arch is string arch && finding[FactName.Arch] is string has && has != arch)
            flaws.Add(new Flaw(FlawCode.WrongArch, $"made for {has}, the device has {arch}", finding.Offset + 0x1D));
        flaws.AddRange(PartitionFit.Whole(finding, expected));
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!UImageHeader.TryRead(bytes, out UImageHeader header))
            return null;
        int headerLength = HeaderLength(bytes, header) is > 0 and int padded ? padded : UImageHeader.Size;
        int end = (int)Math.Min(headerLength + (long)header.DataLength, bytes.Length);
        byte[] written = bytes[..Math.Max(end, headerLength)].ToArray();
        UImageHeader made = header with
        {
            DataLength = (uint)(written.Length - headerLength),
            DataCrc = Crc32.Zlib(written.AsSpan(headerLength)),
            HeaderCrc = 0,
        };
        made.Write(written);
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(UImageHeader.CrcOffset), UImageHeader.CrcOf(written, headerLength));
        return written;
    }

    /// <summary>64, or the length of a padded header, by whichever the header's CRC fits; 0 when it fits none.</summary>
    private static int HeaderLength(ReadOnlySpan<byte> bytes, in UImageHeader header)
    {
        uint state = Crc32.Update(uint.MaxValue, bytes[..UImageHeader.CrcOffset]);
        state = Crc32.Update(state, 0, 4);
        state = Crc32.Update(state, bytes[(UImageHeader.CrcOffset + 4)..UImageHeader.Size]);
        if (~state == header.HeaderCrc)
            return UImageHeader.Size;
        if (!Plausible(header))
            return 0;
        for (int length = UImageHeader.Size; length + 4 <= Math.Min(LongestHeader, bytes.Length); length += 4)
        {
            state = Crc32.Update(state, bytes.Slice(length, 4));
            if (~state == header.HeaderCrc)
                return length + 4;
        }
        return 0;
    }

    private static bool Plausible(in UImageHeader header) =>
        header.Os is > 0 and < 40 && header.Arch is > 0 and < 40 && header.Type is > 0 and < 60 && header.Compression < 8 && header.DataLength > 0;

    private static ImmutableArray<Fact> Facts(ReadOnlySpan<byte> bytes, in UImageHeader header, int headerLength) =>
    [
        Fact.Text(FactName.Name, bytes.FieldText(0x20, 32)),
        Fact.Text(FactName.Arch, UImageNames.Arch(header.Arch)),
        Fact.Text("os", UImageNames.Os(header.Os)),
        Fact.Text("type", UImageNames.Type(header.Type)),
        Fact.Text(FactName.Compression, UImageNames.Compression(header.Compression)),
        Fact.Number(FactName.Load, header.Load),
        Fact.Number(FactName.Entry, header.Entry),
        Fact.Number("data_size", header.DataLength),
        Fact.Number("hcrc", header.HeaderCrc),
        Fact.Number("dcrc", header.DataCrc),
        Fact.Number("time", header.Time),
        Fact.Number("header_len", headerLength),
    ];

    private Finding Broken(in FormatInput input, Flaw flaw) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(flaw);
}
