using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Kernel;

// A node under /images (u-boot doc/usage/fit/source_file_format.rst):
//   data                            the data itself, in the tree
//   data-size + data-offset         behind the tree, counted from its end rounded up to 4 (mkimage -E)
//   data-size + data-position       counted from the beginning of the FIT (mkimage -E -p)
//   hash-N { algo; value; }         over the data as stored (packed, or enciphered)

/// <summary>One image of a FIT: where its data lies and whether its hashes are right.</summary>
internal sealed class FitImage
{
    private FitImage(int node, string name, long at, long length) => (Node, Name, At, Length) = (node, name, at, length);

    public int Node { get; }

    public string Name { get; }

    /// <summary>Counted from the beginning of the FIT; may lie beyond the end of the file.</summary>
    public long At { get; }

    public long Length { get; }

    public long End => At + Length;

    /// <summary>The image, or null when its node says nothing about data (as it stands in the source of a FIT).</summary>
    public static FitImage? Read(DeviceTree tree, int node, in DeviceTreeHeader header)
    {
        string name = tree.Name(node);
        if (tree.TryValue(node, "data"u8, out int at, out int length))
            return new FitImage(node, name, at, length);
        if (tree.Number(node, "data-size"u8) is not ulong size || size > uint.MaxValue)
            return null;
        if (tree.Number(node, "data-position"u8) is ulong position && position <= uint.MaxValue)
            return new FitImage(node, name, (long)position, (long)size);
        if (tree.Number(node, "data-offset"u8) is ulong offset && offset <= uint.MaxValue)
            return new FitImage(node, name, ((long)header.TotalSize + 3 & ~3L) + (long)offset, (long)size);
        return null;
    }

    /// <summary>The hash nodes of an image, but for those that the boot loader is told to leave alone.</summary>
    public static IEnumerable<int> Hashes(DeviceTree tree, int node)
    {
        foreach (int child in tree.Children(node))
        {
            if (tree.RawName(child).StartsWith("hash"u8) && !tree.TryValue(child, "uboot-ignore"u8, out _, out _))
                yield return child;
        }
    }

    /// <summary>The hash of that name, as its bytes stand in a FIT; null for one that is not known.</summary>
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The format has it: a check against damage.")]
    public static byte[]? Hash(string algorithm, ReadOnlySpan<byte> data)
    {
        switch (algorithm)
        {
            case "crc32":
                byte[] value = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(value, Crc32.Zlib(data));
                return value;
            case "md5":
                return MD5.HashData(data);
            case "sha1":
                return Sha1.HashData(data);
            case "sha256":
                return SHA256.HashData(data);
            case "sha384":
                return SHA384.HashData(data);
            case "sha512":
                return SHA512.HashData(data);
            default:
                return null;
        }
    }
}
