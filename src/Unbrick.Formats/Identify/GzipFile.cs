using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Identify;

/// <summary>A file that is one gzip stream of a firmware image: Tasmota's <c>.bin.gz</c>, OpenWrt's <c>.img.gz</c>.</summary>
internal static class GzipFile
{
    // RFC 1952: 1F 8B 08 flags time(4) extra os, the stream, then CRC-32 and length of the plain bytes, both little-endian.
    private const int HeaderLength = 10, TrailerLength = 8;

    /// <summary>Null as well when what is inside is nothing known, or the stream is damaged: then it is the compression that is told about.</summary>
    public static PackedFile? Open(string name, ReadOnlyMemory<byte> bytes, int depth)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length < HeaderLength + TrailerLength || !span.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]))
            return null;
        byte[]? plain;
        try
        {
            using MemoryStream packed = AsStream(bytes);
            using GZipStream stream = new(packed, CompressionMode.Decompress);
            plain = PlainBytes.Read(stream, bytes.Length, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[^4..]));
        }
        catch (InvalidDataException)
        {
            return null;
        }
        if (plain is null)
            return new PackedFile { Kind = "gz", Flaws = [PlainBytes.Bomb(bytes.Length)] };
        bool whole = BinaryPrimitives.ReadUInt32LittleEndian(span[^4..]) == (uint)plain.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(span[^8..]) == Crc32.Zlib(plain);
        if (!whole)
            return null;
        string inside = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        Identification firmware = Identification.Of(inside, plain, depth);
        return firmware.Main is null ? null : new PackedFile { Kind = "gz", Firmware = firmware };
    }

    internal static MemoryStream AsStream(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);
}
