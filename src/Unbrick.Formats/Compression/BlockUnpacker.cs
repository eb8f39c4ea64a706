namespace Unbrick.Formats.Compression;

/// <summary>
/// Unpacks the blocks of file systems: <c>Unpacked Zlib(ReadOnlySpan&lt;byte&gt; packed, int mostPlain)</c> and its like. The plain bytes are
/// in <see cref="Unpacked.Plain"/> when <see cref="Unpacked.Ok"/>; <see cref="Unpacked.Consumed"/> tells where the block ended. Nothing is
/// thrown, and never more bytes are kept than were allowed.
/// </summary>
internal static class BlockUnpacker
{
    private static readonly XzCodec s_xz = new();
    private static readonly LzmaCodec s_lzma = new();
    private static readonly ZstdCodec s_zstd = new();

    /// <summary>squashfs "gzip" and JFFS2 "zlib": RFC 1950.</summary>
    public static Unpacked Zlib(ReadOnlySpan<byte> packed, int mostPlain) => Compression.Zlib.Unpack(packed, mostPlain, keep: true);

    /// <summary>UBIFS "zlib": RFC 1951 without an envelope.</summary>
    public static Unpacked Deflate(ReadOnlySpan<byte> packed, int mostPlain)
    {
        using PlainOutput output = new(mostPlain, keep: true);
        using PlainWindow window = new(Inflate.Reach, mostPlain, output);
        int at = 0;
        (UnpackStatus status, string seen) = new Inflate().Run(packed, ref at, window);
        window.Flush();
        return output.End(status, at, seen);
    }

    /// <summary>squashfs "xz": a whole xz stream, maybe with a branch filter.</summary>
    public static Unpacked Xz(ReadOnlySpan<byte> packed, int mostPlain) => s_xz.Unpack(packed, mostPlain, keep: true);

    /// <summary>squashfs "lzma": with the head of 13 bytes. For streams without one: <see cref="LzmaStream.Unpack"/>.</summary>
    public static Unpacked Lzma(ReadOnlySpan<byte> packed, int mostPlain) => s_lzma.Unpack(packed, mostPlain, keep: true);

    /// <summary>squashfs, UBIFS and JFFS2 "lzo": one LZO1X block with its end mark.</summary>
    public static Unpacked Lzo(ReadOnlySpan<byte> packed, int mostPlain)
    {
        using PlainOutput output = new(mostPlain, keep: true);
        using PlainWindow window = new(0, mostPlain, output);
        int at = 0;
        (UnpackStatus status, string seen) = Lzo1x.Run(packed, ref at, window, mostPlain);
        window.Flush();
        return output.End(status, Math.Min(at, packed.Length), seen);
    }

    /// <summary>squashfs "lz4": one block without a frame; it ends where <paramref name="packed"/> does.</summary>
    public static Unpacked Lz4(ReadOnlySpan<byte> packed, int mostPlain)
    {
        using PlainOutput output = new(mostPlain, keep: true);
        using PlainWindow window = new(0, mostPlain, output);
        (UnpackStatus status, string seen) = Lz4Block.Run(packed, window, mostPlain);
        window.Flush();
        return output.End(status, packed.Length, seen);
    }

    /// <summary>squashfs and UBIFS "zstd": whole frames.</summary>
    public static Unpacked Zstd(ReadOnlySpan<byte> packed, int mostPlain) => s_zstd.Unpack(packed, mostPlain, keep: true);
}
