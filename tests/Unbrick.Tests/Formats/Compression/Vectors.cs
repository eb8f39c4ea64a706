using System.Text.Json;
using Unbrick.Formats.Compression;

namespace Unbrick.Tests.Formats.Compression;

/// <summary>Small streams made by the usual packers (xz, gzip, bzip2, lz4, zstd, liblzo2), with the length and SHA-256 of what is in them.</summary>
internal static class Vectors
{
    public static IReadOnlyList<Vector> All { get; } = Load();

    public static Vector Find(string name) => All.Single(vector => vector.Name == name);

    public static Unpacked Unpack(Vector vector, ReadOnlySpan<byte> packed, long most = 1 << 20, bool keep = true) => vector.Variant switch
    {
        "gz" => new GzipCodec().Unpack(packed, most, keep),
        "zlib" => Zlib.Unpack(packed, most, keep),
        "xz" => new XzCodec().Unpack(packed, most, keep),
        "lzma" => new LzmaCodec().Unpack(packed, most, keep),
        "bz2" => new Bzip2Codec().Unpack(packed, most, keep),
        "lz4" => new Lz4Codec().Unpack(packed, most, keep),
        "lzo" => new LzopCodec().Unpack(packed, most, keep),
        "zst" => new ZstdCodec().Unpack(packed, most, keep),
        _ => throw new InvalidDataException(vector.Variant),
    };

    private static List<Vector> Load()
    {
        using JsonDocument file = JsonDocument.Parse(Repository.Read("tests/Unbrick.Tests/Formats/Compression/vectors.json"));
        return [.. file.RootElement.EnumerateArray().Select(item => new Vector(
            item.GetProperty("variant").GetString() + ": " + item.GetProperty("name").GetString(),
            item.GetProperty("variant").GetString()!,
            item.GetProperty("size").GetInt32(),
            item.GetProperty("sha256").GetString()!,
            item.GetProperty("packed").GetBytesFromBase64()))];
    }
}

/// <summary>One packed stream and what comes out of it.</summary>
internal sealed record Vector(string Name, string Variant, int Size, string Sha256, byte[] Packed);
