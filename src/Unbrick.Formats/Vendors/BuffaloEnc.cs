using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

/// <summary>
/// Buffalo image, enciphered with RC4: what the vendor's web page takes. Boot loaders want the plain image by TFTP, which
/// <see cref="Decrypt"/> gives.
/// </summary>
public sealed class BuffaloEnc : IFormatWriter
{
    public string Id => "buffalo-enc";

    public string Title => "Buffalo enciphered image";

    /// <summary>"start" stands in every other program, and nobody keeps an enciphered image in flash: only where a file or a part begins.</summary>
    public ImmutableArray<BytePattern> Patterns => [];

    private static ReadOnlySpan<byte> StartMagic => "start\0"u8;

    private static ReadOnlySpan<byte> Asar1Magic => "asar1\0"u8;

    /// <summary>The plain image in an enciphered file, or null when it is none or the checksum does not fit.</summary>
    public static byte[]? Decrypt(ReadOnlySpan<byte> bytes)
    {
        if (!BuffaloEncLayout.TryRead(bytes, out BuffaloEncLayout layout) || layout.ChecksumAt + 4 > bytes.Length
            || layout.LongState(bytes) is not bool longState)
        {
            return null;
        }
        byte[] plain = layout.Data(bytes, longState);
        return BuffaloChecksums.OfPlain(plain) == bytes.Be32((int)layout.ChecksumAt) ? plain : null;
    }

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        bool knownMagic = bytes.Has(StartMagic) || bytes.Has(Asar1Magic);
        if (!input.Claimed && !input.AtStart)
            return null;
        if (!BuffaloEncLayout.TryRead(bytes, out BuffaloEncLayout layout))
            return input.Claimed ? VendorRules.Broken(Id, input, NoHeader(bytes, knownMagic, input.At)) : null;
        bool? longState = layout.LongState(bytes);
        if (longState is null && !input.Claimed)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!knownMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with \"{bytes.FieldText(0, 6)}\", not \"start\"", input.At));
        if (longState is null)
        {
            flaws.Add(new Flaw(
                FlawCode.Structure, "product and version do not decipher to text with the key \"Buffalo\"", input.At + BuffaloEncLayout.ProductAt));
        }
        if (layout.ChecksumAt + 4 > bytes.Length)
            flaws.Add(Flaw.Truncated(layout.ChecksumAt + 4, bytes.Length));
        else
        {
            uint sum = BuffaloChecksums.OfPlain(layout.Data(bytes, longState ?? false));
            uint stored = bytes.Be32((int)layout.ChecksumAt);
            if (sum != stored)
                flaws.Add(Flaw.Differs(FlawCode.Crc, "checksum of the plain data", stored, sum, input.At + (int)layout.ChecksumAt));
        }
        return new Finding
        {
            Offset = input.At,
            Length = layout.End(bytes),
            Format = Id,
            Variant = longState is true ? "longstate" : null,
            Confidence = longState is null ? Confidence.Likely : Confidence.Certain,
            Facts =
            [
                Fact.Text(FactName.Product, Text(layout.Product(bytes, longState ?? false))),
                Fact.Text(FactName.Version, Text(layout.Version(bytes, longState ?? false))),
                Fact.Text("key", SafeText.Show(BuffaloCipher.UsualKey)),
                Fact.Hex("seed", layout.Seed),
                Fact.Number("data_size", layout.DataLength),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (expected.Product is string product && finding[FactName.Product] is string has && has != product)
            flaws.Add(new Flaw(FlawCode.WrongProduct, $"made for {has}, the unit is a {product}", finding.Offset));
        if (finding["data_size"] is long size)
            VendorRules.CompareSize(flaws, finding, size, expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!BuffaloEncLayout.TryRead(bytes, out BuffaloEncLayout layout) || layout.ChecksumAt + 4 > bytes.Length
            || layout.LongState(bytes) is not bool longState)
        {
            return null;
        }
        byte[] written = bytes[..layout.End(bytes)].ToArray();
        (bytes.Has(Asar1Magic) ? Asar1Magic : StartMagic).CopyTo(written);
        uint sum = BuffaloChecksums.OfPlain(layout.Data(bytes, longState));
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan((int)layout.ChecksumAt), sum);
        return written;
    }

    private static string Text(ReadOnlySpan<byte> plain) => plain.FieldText(0, plain.Length);

    private static Flaw NoHeader(ReadOnlySpan<byte> bytes, bool knownMagic, int at) => knownMagic
        ? new Flaw(FlawCode.Structure, $"the lengths after \"{bytes.FieldText(0, 6)}\" are none of a Buffalo header", at + BuffaloEncLayout.SeedAt)
        : new Flaw(FlawCode.Magic, "does not begin with \"start\"", at);
}
