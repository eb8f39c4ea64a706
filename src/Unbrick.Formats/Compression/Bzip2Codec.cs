using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// bzip2 1.0.8 (decompress.c, and the format notes by J. Tsai); bits, highest first:
//   "BZh", '1' to '9' (blocks of so many times 100,000 bytes)
//   blocks: 48 bits 314159265359, CRC (32), ... (Bzip2Block)
//   48 bits 177245385090, CRC of the blocks' CRCs (32), zeros to the next byte; more streams may follow

/// <summary>bzip2.</summary>
internal sealed class Bzip2Codec : IStreamCodec
{
    public const ulong BlockMark = 0x314159265359, EndMark = 0x177245385090;

    private const int HeadLength = 4;

    public string Variant => "bz2";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("BZh")];

    public bool HasMagic(ReadOnlySpan<byte> packed) => packed.Has("BZh"u8) && Follows(packed);

    public StreamHead? ReadHead(ReadOnlySpan<byte> packed) => Follows(packed)
        ? new StreamHead(Confidence.Certain, [Fact.Number("block_size", (packed[3] - '0') * 100_000)]) { FitsWithoutMagic = true }
        : null;

    public Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        using PlainOutput output = new(mostPlain, keep, sink);
        int at = 0;
        do
        {
            if (packed.Length - at < HeadLength || packed[at + 3] is < (byte)'1' or > (byte)'9')
                return output.End(UnpackStatus.Truncated, at, "the head is cut");
            BigEndianBits bits = new(packed[(at + HeadLength)..]);
            using PlainWindow window = new(0, output.Most - output.Length, output);
            (UnpackStatus status, string seen) = Stream(ref bits, window, (packed[at + 3] - '0') * 100_000);
            window.Flush();
            if (bits.Overrun && status != UnpackStatus.TooLarge)
                (status, seen) = (UnpackStatus.Truncated, $"the stream stops after {window.Total:N0} plain bytes");
            at = Math.Min(packed.Length, at + HeadLength + bits.BytesUsed);
            if (status != UnpackStatus.Ok)
                return output.End(status, at, seen);
        }
        while (HasMagic(packed[at..]));
        return output.End(UnpackStatus.Ok, at, "");
    }

    /// <summary>A level, and the mark of a block or of the end: 48 bits that chance does not make.</summary>
    private static bool Follows(ReadOnlySpan<byte> packed) => packed.Length >= HeadLength + 6 && packed[3] is >= (byte)'1' and <= (byte)'9'
        && ((ulong)packed.Be32(4) << 16 | packed.Be16(8)) is BlockMark or EndMark;

    private static (UnpackStatus Status, string Seen) Stream(ref BigEndianBits bits, PlainWindow window, int blockSize)
    {
        Bzip2Block block = new(blockSize);
        uint combined = 0;
        while (true)
        {
            ulong mark = (ulong)bits.Take(24) << 24 | bits.Take(24);
            uint stored = bits.Take(16) << 16 | bits.Take(16);
            if (bits.Overrun)
                return (UnpackStatus.Truncated, "");
            if (mark == EndMark)
            {
                return stored == combined
                    ? (UnpackStatus.Ok, "")
                    : (UnpackStatus.Damaged, $"CRC of the stream is 0x{stored:x8}, the blocks give 0x{combined:x8}");
            }
            if (mark != BlockMark)
                return (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes there is no block");
            (UnpackStatus status, string seen) = block.Run(ref bits, window, stored);
            if (status != UnpackStatus.Ok)
                return (status, seen);
            combined = (combined << 1 | combined >> 31) ^ stored;
        }
    }
}
