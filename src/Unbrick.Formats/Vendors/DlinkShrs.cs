using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Numbers big-endian (openwrt/firmware-utils src/dlink-sge-image.c):
//   000  4  "SHRS"                 01C 64  SHA-512 of the plain payload and the vendor's key    0DC 512  zero
//   004  4  plain length           05C 64  SHA-512 of the plain payload                         2DC 512  RSA signature of the plain hash
//   008  4  enciphered length      09C 64  SHA-512 of the enciphered payload                    4DC 512  RSA signature of the enciphered one
//   00C 16  AES-128-CBC start      6DC ..  payload, to a multiple of 16                         then 00 00 00 00 30

/// <summary>
/// Enciphered update of D-Link's boards by SGE (DIR-8xx, COVR). Of what is inside only a hash of the enciphered bytes can be checked here: key
/// and signing key are the vendor's. Its boot loader's recovery takes the plain image.
/// </summary>
public sealed class DlinkShrs : IFormatWriter
{
    private const int HeaderSize = 0x6DC, HashAt = 0x9C, HashSize = 64, Block = 16, FooterSize = 5;

    public string Id => "dlink-shrs";

    public string Title => "D-Link enciphered update (SHRS)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("SHRS")];

    private static ReadOnlySpan<byte> Magic => "SHRS"u8;

    private static ReadOnlySpan<byte> Footer => [0, 0, 0, 0, 0x30];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize, bytes.Length)) : null;
        bool magic = bytes.Has(Magic);
        uint plain = bytes.Be32(4), length = bytes.Be32(8);
        bool lengths = length > 0 && length % Block == 0 && plain <= length && length - plain <= Block;
        long end = HeaderSize + (long)length;
        bool whole = end <= bytes.Length;
        bool empty = bytes[0xDC..0x2DC].IsAll(0);
        bool known = input.Claimed || magic && (lengths || empty);
        if (!known && !(input.AtStart && lengths && whole))
            return null;
        bool fits = whole && SHA512.HashData(bytes[HeaderSize..(int)end]).AsSpan().SequenceEqual(bytes.Slice(HashAt, HashSize));
        if (!known && !fits)
            return null;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be32(0):x8}, not \"SHRS\"", input.At));
        if (!lengths)
            flaws.Add(new Flaw(FlawCode.Size, $"{plain:N0} plain bytes cannot become {length:N0} enciphered ones", input.At + 4));
        if (!whole)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        else if (!fits)
            flaws.Add(new Flaw(FlawCode.HashMismatch, $"SHA-512 of the {length:N0} enciphered bytes is another one", input.At + HashAt));
        if (whole && bytes.Has(Footer, (int)end))
            end += FooterSize;
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Min(end, bytes.Length),
            Format = Id,
            Confidence = fits || magic && lengths && empty ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Flag("encrypted", true),
                Fact.Flag(FactName.Signed, !bytes[0x4DC..HeaderSize].IsAll(0)),
                Fact.Number(FactName.PlainSize, plain),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Written(finding, finding[FactName.PlainSize] is long plain ? plain : 0, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize || HeaderSize + (long)bytes.Be32(8) > bytes.Length)
            return null;
        int end = HeaderSize + (int)bytes.Be32(8);
        byte[] written = bytes[..(bytes.Has(Footer, end) ? end + FooterSize : end)].ToArray();
        Magic.CopyTo(written);
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(8), (uint)(end - HeaderSize));
        SHA512.HashData(written.AsSpan(HeaderSize, end - HeaderSize)).CopyTo(written.AsSpan(HashAt));
        return written;
    }
}
