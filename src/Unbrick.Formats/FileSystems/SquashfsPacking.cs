using Unbrick.Formats.Compression;

namespace Unbrick.Formats.FileSystems;

/// <summary>The compressions of squashfs by their numbers.</summary>
internal static class SquashfsPacking
{
    private static ReadOnlySpan<byte> XzMagic => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    public static string Name(int id) => id switch
    {
        1 => "gzip",
        2 => "lzma",
        3 => "lzo",
        4 => "xz",
        5 => "lz4",
        6 => "zstd",
        _ => $"compression {id}",
    };

    /// <summary>The plain bytes of a block, or what is wrong with it. Both null: a compression that is not known here.</summary>
    public static (byte[]? Plain, string? Wrong) Unpack(int id, ReadOnlySpan<byte> packed, int mostPlain)
    {
        // Vendors with LZMA of their own left the number at 1; the first byte tells (0x5D, 0x6D against 0x78).
        Unpacked? unpacked = id switch
        {
            1 when packed.Length > 13 && packed[0] is 0x5D or 0x6D => BlockUnpacker.Lzma(packed, mostPlain),
            1 => BlockUnpacker.Zlib(packed, mostPlain),
            2 => BlockUnpacker.Lzma(packed, mostPlain),
            4 when !packed.StartsWith(XzMagic) => new Unpacked(UnpackStatus.Damaged, 0, 0) { Seen = "a block does not begin as an xz stream" },
            3 => BlockUnpacker.Lzo(packed, mostPlain),
            4 => BlockUnpacker.Xz(packed, mostPlain),
            5 => BlockUnpacker.Lz4(packed, mostPlain),
            6 => BlockUnpacker.Zstd(packed, mostPlain),
            _ => null,
        };
        return unpacked switch
        {
            null or { Status: UnpackStatus.Unsupported } => (null, null),
            { Ok: true, Plain: byte[] plain } => (plain, null),
            _ => (null, unpacked.Seen.Length > 0 ? unpacked.Seen : $"{unpacked.Status}"),
        };
    }
}
