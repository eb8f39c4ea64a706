namespace Unbrick.Formats.Compression;

/// <summary>A bare LZMA stream whose properties are known from elsewhere: a head of 13 bytes, squashfs, a vendor's own header.</summary>
internal static class LzmaStream
{
    /// <summary>Size of a stream that ends by its end marker.</summary>
    public const long UnknownSize = -1;

    /// <summary>
    /// Unpacks. Ok only when the range decoder ends as an encoder leaves it: LZMA has no checksum, but this and the size are 40 bits and
    /// more that must fit.
    /// </summary>
    /// <param name="packed">Begins with the 0 of the range coder.</param>
    /// <param name="properties">lc + 9 * (lp + 5 * pb).</param>
    /// <param name="dictionary">How far back matches may reach.</param>
    /// <param name="size">Plain bytes, or <see cref="UnknownSize"/>.</param>
    /// <param name="mostPlain">Most plain bytes.</param>
    /// <param name="keep">Keep them.</param>
    /// <param name="sink">Gets them as they come, in place of keeping them.</param>
    public static Unpacked Unpack(ReadOnlySpan<byte> packed, byte properties, long dictionary, long size, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        using PlainOutput output = new(mostPlain, keep, sink);
        int at = 0;
        if (!LzmaDecoder.Valid(properties))
            return output.End(UnpackStatus.Damaged, 0, $"LZMA properties are 0x{properties:x2}, the largest are 0xe0");
        LzmaDecoder decoder = new();
        decoder.Reset(properties);
        if (!decoder.Begin(packed, ref at))
        {
            return packed.Length < 5
                ? output.End(UnpackStatus.Truncated, packed.Length, $"{packed.Length} bytes are no LZMA stream")
                : output.End(UnpackStatus.Damaged, 0, "the LZMA stream does not begin with 0");
        }
        using PlainWindow window = new(size >= 0 ? Math.Min(size, dictionary) : dictionary, mostPlain, output);
        (UnpackStatus status, string seen) = Follow(packed, ref at, decoder, window, dictionary, size);
        window.Flush();
        return output.End(status, at, seen) with { RanOut = status == UnpackStatus.Truncated && size < 0 && at == packed.Length && decoder.Finished };
    }

    private static (UnpackStatus Status, string Seen) Follow(
        ReadOnlySpan<byte> packed, ref int at, LzmaDecoder decoder, PlainWindow window, long dictionary, long size)
    {
        while (size < 0 || window.Total < size)
        {
            window.Room(1);
            int limit = size < 0 ? window.Limit : (int)Math.Min(window.Limit, window.Position + (size - window.Total));
            switch (decoder.Run(packed, ref at, window, limit))
            {
                case LzmaOutcome.Marker:
                    if (!decoder.Normalise(packed, ref at))
                        return (UnpackStatus.Truncated, "the last byte is missing");
                    return size < 0 || window.Total == size
                        ? (UnpackStatus.Ok, "")
                        : (UnpackStatus.Damaged, $"the end marker comes after {window.Total:N0} bytes, {size:N0} are announced");
                case LzmaOutcome.Starved:
                    return (UnpackStatus.Truncated, size < 0
                        ? $"the stream stops after {window.Total:N0} plain bytes without its end marker"
                        : $"the stream stops after {window.Total:N0} of {size:N0} plain bytes");
                case LzmaOutcome.Damaged:
                    return window.Forgot(dictionary)
                        ? (UnpackStatus.TooLarge, $"the dictionary has {dictionary:N0} bytes")
                        : (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes a match reaches back before the beginning");
            }
            if (window.Exceeded)
                return (UnpackStatus.TooLarge, "");
        }
        if (window.Total > size)
            return (UnpackStatus.Damaged, $"the last match goes beyond the {size:N0} announced bytes");
        if (!decoder.Normalise(packed, ref at))
            return (UnpackStatus.Truncated, "the last byte is missing");
        if (decoder.Finished)
            return (UnpackStatus.Ok, "");
        // Some write the end marker although the size is known.
        window.Room(1);
        int end = window.Position;
        LzmaOutcome last = decoder.Run(packed, ref at, window, end + 1);
        window.Position = end;
        return last == LzmaOutcome.Marker && decoder.Normalise(packed, ref at)
            ? (UnpackStatus.Ok, "")
            : (UnpackStatus.Damaged, $"after {size:N0} plain bytes the stream is not at its end");
    }
}
