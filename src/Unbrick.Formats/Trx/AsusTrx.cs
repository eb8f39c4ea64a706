using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Trx;

// A TRX whose last 64 bytes are (openwrt/firmware-utils src/asustrx.c):
//   00 4 version   04 12 product, NUL-padded   10 48 zeros
// The CRC of the TRX covers them.

/// <summary>Image of ASUS' Broadcom routers: a TRX that ends with the product it is for.</summary>
public sealed class AsusTrx : IFormatWriter
{
    private const int TailSize = 64, ProductOffset = 4, ProductLength = 12;

    public string Id => "asus-trx";

    public string Title => "ASUS TRX image";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("HDR0")];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (!TrxHeader.TryRead(bytes, out TrxHeader header) || bytes.Length < header.Size + TailSize)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(header.Size + (long)TailSize, bytes.Length)) : null;
        bool whole = header.Length <= bytes.Length && header.Length >= header.Size + TailSize;
        int tail = whole ? (int)header.Length - TailSize : bytes.Length - TailSize;
        bool hasTail = IsTail(bytes.Slice(tail, TailSize));
        if (!input.Claimed && !(whole && hasTail && TrxReader.Accepts(input, header)))
            return null;
        Finding trx = TrxReader.Read(input, header, Id);
        if (!hasTail)
            return trx.With(new Flaw(FlawCode.TailMissing, $"no product in the last {TailSize} bytes", input.At + tail));
        // "version" is ASUS' own here; the version of the container goes.
        return trx with
        {
            Variant = null,
            Facts =
            [
                Fact.Text(FactName.Product, bytes.FieldText(tail + ProductOffset, ProductLength)),
                Fact.Text(FactName.Version, $"{bytes[tail]}.{bytes[tail + 1]}.{bytes[tail + 2]}.{bytes[tail + 3]}"),
                .. trx.Facts.Where(fact => fact.Name != FactName.Version),
            ],
        };
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw> flaws = PartitionFit.Whole(finding, expected);
        return AsusProduct.Differs(finding, expected, finding.End - TailSize + ProductOffset) is Flaw flaw ? flaws.Insert(0, flaw) : flaws;
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        if (Read(input) is not Finding finding || !TrxHeader.TryRead(input.Bytes, out TrxHeader header) || !header.Plausible)
            return null;
        byte[] written = input.Bytes[..finding.Length].ToArray();
        TrxImage.Seal(written, header);
        return written;
    }

    /// <summary>A TRX with room at its end (64 zeros) as one for this product; null when there is no room.</summary>
    public static byte[]? Write(ReadOnlySpan<byte> trx, string product, Version version)
    {
        ArgumentNullException.ThrowIfNull(product);
        ArgumentNullException.ThrowIfNull(version);
        if (!TrxHeader.TryRead(trx, out TrxHeader header) || !header.Plausible || trx.Length < header.Size + TailSize
            || !trx[^TailSize..].IsAll(0))
            return null;
        byte[] image = trx.ToArray();
        Span<byte> tail = image.AsSpan(image.Length - TailSize);
        ReadOnlySpan<int> numbers = [version.Major, version.Minor, version.Build, version.Revision];
        for (int i = 0; i < numbers.Length; i++)
            tail[i] = (byte)Math.Clamp(numbers[i], 0, byte.MaxValue);
        Encoding.ASCII.GetBytes(product.AsSpan(0, Math.Min(product.Length, ProductLength)), tail[ProductOffset..]);
        TrxImage.Seal(image, header);
        return image;
    }

    private static bool IsTail(ReadOnlySpan<byte> tail) =>
        AsusProduct.IsName(tail.Slice(ProductOffset, ProductLength)) && tail[(ProductOffset + ProductLength)..].IsAll(0);
}
