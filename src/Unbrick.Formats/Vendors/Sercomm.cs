using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// 512 bytes before the image (openwrt/firmware-utils src/mksercommfw.c):
//   000  7  "sErCoMm"          02D  10  hardware version       03F  7  "sErCoMm"
//   007  4  00 01 00 00        037   4  version, big-endian    1FF  1  makes the sum of all bytes of the file 0 modulo 256
//   00B 34  hardware id

/// <summary>Netgear image of a board that Sercomm made. It has no length: it reaches to the end of the file.</summary>
public sealed class Sercomm : IFormatWriter
{
    private const int HeaderSize = 512;
    private const int SecondMagic = 0x3F;
    private const int ChecksumAt = 0x1FF;

    public string Id => "sercomm";

    public string Title => "Netgear image for Sercomm boards";

    public ImmutableArray<BytePattern> Patterns => [];

    private static ReadOnlySpan<byte> Magic => "sErCoMm"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!input.Claimed && !input.AtStart)
            return null;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize, bytes.Length)) : null;
        bool first = bytes.Has(Magic), second = bytes.Has(Magic, SecondMagic);
        if (!first && !second && !input.Claimed)
            return null;
        // The footer of other Sercomm images begins in the same way; the checksum's empty surroundings tell the header.
        bool plausible = VendorRules.IsPaddedText(bytes.Slice(0xB, 34)) && bytes[(SecondMagic + Magic.Length)..ChecksumAt].IsAll(0);
        if (!plausible && !input.Claimed)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!first || !second)
            flaws.Add(new Flaw(FlawCode.Magic, "\"sErCoMm\" does not stand at both of its places", first ? input.At + SecondMagic : input.At));
        byte sum = SumOf(bytes);
        if (sum != bytes[ChecksumAt])
        {
            flaws.Add(new Flaw(
                FlawCode.Checksum, $"the checksum byte is 0x{bytes[ChecksumAt]:x2}, the bytes give 0x{sum:x2}", input.At + ChecksumAt));
        }
        return new Finding
        {
            Offset = input.At,
            Length = bytes.Length,
            Format = Id,
            Confidence = first && second && plausible ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Board, bytes.FieldText(0xB, 34)),
                Fact.Text("hw_version", bytes.FieldText(0x2D, 10)),
                Fact.Text(FactName.Version, $"0x{bytes.Be32(0x37):x8}"),
            ],
            Parts = bytes.Length > HeaderSize ? [new Part("payload", input.At + HeaderSize, bytes.Length - HeaderSize)] : [],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        VendorRules.CompareBoard(flaws, finding, expected);
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (input.Length < HeaderSize)
            return null;
        byte[] written = input.Bytes.ToArray();
        Magic.CopyTo(written);
        Magic.CopyTo(written.AsSpan(SecondMagic));
        written[ChecksumAt] = SumOf(written);
        return written;
    }

    /// <summary>What the checksum byte must be: its own place counts as zero.</summary>
    private static byte SumOf(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte b in bytes)
            sum += b;
        return (byte)(bytes[ChecksumAt] - sum);
    }
}
