using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>Deflate in the envelope of RFC 1950: two bytes before, Adler-32 behind. Inside squashfs and JFFS2, never as a file.</summary>
internal static class Zlib
{
    /// <summary>Unpacks a stream with its envelope; see <see cref="IStreamCodec.Unpack"/>.</summary>
    public static Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep)
    {
        using PlainOutput output = new(mostPlain, keep);
        if (packed.Length < 2)
            return output.End(UnpackStatus.Truncated, packed.Length, "the head is cut");
        if ((packed[0] & 0xF) != 8 || packed[0] >> 4 > 7 || packed.Be16(0) % 31 != 0 || (packed[1] & 0x20) != 0)
            return output.End(UnpackStatus.Damaged, 0, $"0x{packed.Be16(0):x4} is no head of a zlib stream");
        AdlerSink adler = new(output);
        using PlainWindow window = new(Inflate.Reach, mostPlain, adler);
        int at = 2;
        (UnpackStatus status, string seen) = new Inflate().Run(packed, ref at, window);
        window.Flush();
        if (status != UnpackStatus.Ok)
            return output.End(status, at, seen);
        if (packed.Length - at < 4)
            return output.End(UnpackStatus.Truncated, packed.Length, "the Adler-32 is cut");
        uint stored = packed.Be32(at);
        return stored == adler.Value
            ? output.End(UnpackStatus.Ok, at + 4, "")
            : output.End(UnpackStatus.Damaged, at + 4, $"Adler-32 is 0x{stored:x8}, the bytes give 0x{adler.Value:x8}");
    }

    private sealed class AdlerSink(IPlainSink next) : IPlainSink
    {
        public uint Value { get; private set; } = Adler32.Start;

        public void Take(ReadOnlySpan<byte> plain)
        {
            Value = Adler32.Update(Value, plain);
            next.Take(plain);
        }
    }
}
