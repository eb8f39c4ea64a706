using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Numbers big-endian (openwrt/firmware-utils src/buffalo-lib.c, buffalo-enc.c):
//   6 "start\0" or "asar1\0"; 1 seed; 4 n, n product; 4 n, n version; 4 n, n data; 4 checksum of the plain data; 1 to 4 zero bytes, so that
//   the whole is a multiple of 4.
// Product, version and data are enciphered; the seed of the version is the first cipher byte of the product, that of the data the first cipher
// byte of the version. Product and version end with NUL.

/// <summary>Where the pieces of an enciphered Buffalo file lie.</summary>
internal readonly record struct BuffaloEncLayout(byte Seed, int ProductLength, int VersionLength, uint DataLength)
{
    public const int SeedAt = 6;

    private const int LongestProduct = 32;

    private const int LongestVersion = 8;

    public static int ProductAt => SeedAt + 5;

    public int VersionAt => ProductAt + ProductLength + 4;

    public int DataAt => VersionAt + VersionLength + 4;

    public long ChecksumAt => DataAt + (long)DataLength;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out BuffaloEncLayout layout)
    {
        layout = default;
        if (bytes.Length < ProductAt)
            return false;
        uint product = bytes.Be32(SeedAt + 1);
        if (product is < 2 or > LongestProduct || bytes.Length < ProductAt + product + 4)
            return false;
        uint version = bytes.Be32(ProductAt + (int)product);
        if (version is < 2 or > LongestVersion || bytes.Length < ProductAt + product + 4 + version + 4)
            return false;
        layout = new(bytes[SeedAt], (int)product, (int)version, bytes.Be32(ProductAt + (int)product + 4 + (int)version));
        return true;
    }

    public byte[] Product(ReadOnlySpan<byte> bytes, bool longState) =>
        BuffaloCipher.Apply(Seed, BuffaloCipher.UsualKey, bytes.Slice(ProductAt, ProductLength), longState);

    public byte[] Version(ReadOnlySpan<byte> bytes, bool longState) =>
        BuffaloCipher.Apply(bytes[ProductAt], BuffaloCipher.UsualKey, bytes.Slice(VersionAt, VersionLength), longState);

    /// <summary>The plain data; the caller has seen that it is all there.</summary>
    public byte[] Data(ReadOnlySpan<byte> bytes, bool longState) =>
        BuffaloCipher.Apply(bytes[VersionAt], BuffaloCipher.UsualKey, bytes.Slice(DataAt, (int)DataLength), longState);

    /// <summary>Whether the long state is used, by which product and version become text; null when they do by neither.</summary>
    public bool? LongState(ReadOnlySpan<byte> bytes)
    {
        foreach (bool longState in (ReadOnlySpan<bool>)[false, true])
        {
            ReadOnlySpan<byte> product = Product(bytes, longState), version = Version(bytes, longState);
            if (product[^1] == 0 && version[^1] == 0 && VendorRules.IsText(product[..^1]) && VendorRules.IsText(version[..^1]))
                return longState;
        }
        return null;
    }

    /// <summary>End with the zero bytes that fill it up to four, as far as they are there.</summary>
    public int End(ReadOnlySpan<byte> bytes)
    {
        long end = ChecksumAt + 4;
        if (end > bytes.Length)
            return bytes.Length;
        int padding = (int)Math.Min(4 - (end % 4), bytes.Length - end);
        return (int)end + (bytes.Slice((int)end, padding).IsAll(0) ? padding : 0);
    }
}
