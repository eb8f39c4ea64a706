using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// After the header (LzopHeader), blocks; numbers big-endian: plain length (0 ends), packed length, [Adler-32] [CRC-32] of the plain bytes,
// the same of the packed bytes unless the block is stored, bytes.

/// <summary>lzop: LZO1X in blocks with checks.</summary>
internal sealed class LzopCodec : IStreamCodec
{
    /// <summary>MAX_BLOCK_SIZE of lzop 1.04 src/conf.h.</summary>
    private const int LargestBlock = 64 << 20;

    public string Variant => "lzo";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("89 4C 5A 4F 00 0D 0A 1A 0A")];

    public bool HasMagic(ReadOnlySpan<byte> packed) => packed.Has([0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A, 0x1A, 0x0A]);

    public StreamHead? ReadHead(ReadOnlySpan<byte> packed)
    {
        if (!LzopHeader.TryRead(packed, out LzopHeader header))
            return null;
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        if (header.NameLength > 0)
            facts.Add(Fact.Text(FactName.Name, packed.FieldText(header.NameAt, header.NameLength)));
        facts.Add(Fact.Number("method", header.Method));
        return new StreamHead(header.Fits ? Confidence.Certain : Confidence.Likely, facts.DrainToImmutable())
        {
            Flaws = header.Fits ? [] : [Flaw.Differs(FlawCode.HeaderChecksum, "check of the header", header.Stored, header.Computed)],
            FitsWithoutMagic = header.Fits && header.Method is >= 1 and <= 3 && packed.Length > header.Length,
        };
    }

    public Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        using PlainOutput output = new(mostPlain, keep, sink);
        if (!LzopHeader.TryRead(packed, out LzopHeader header))
            return output.End(UnpackStatus.Truncated, packed.Length, "the header is cut");
        if (header.Method is < 1 or > 3)
            return output.End(UnpackStatus.Unsupported, header.Length, $"packed by method {header.Method}");
        int at = header.Length;
        using PlainWindow window = new(0, mostPlain, output);
        while (true)
        {
            (UnpackStatus status, string seen) = Block(packed, ref at, header.Flags, window, out bool last);
            window.Flush();
            if (last || status != UnpackStatus.Ok || window.Exceeded)
                return output.End(status, Math.Min(at, packed.Length), seen);
        }
    }

    private static (UnpackStatus Status, string Seen) Block(ReadOnlySpan<byte> packed, ref int at, uint flags, PlainWindow window, out bool last)
    {
        last = false;
        if (packed.Length - at < 4)
            return (UnpackStatus.Truncated, $"the stream stops after {window.Total:N0} plain bytes");
        uint plainLength = packed.Be32(at);
        at += 4;
        last = plainLength == 0;
        if (last)
            return (UnpackStatus.Ok, "");
        int checks = Count(flags, LzopHeader.PlainAdler, LzopHeader.PlainCrc);
        if (packed.Length - at < 4 + (4 * checks))
            return (UnpackStatus.Truncated, "the head of a block is cut");
        uint length = packed.Be32(at);
        if (plainLength > LargestBlock || length == 0 || length > plainLength)
            return (UnpackStatus.Damaged, $"a block of {length:N0} packed bytes for {plainLength:N0} plain ones");
        ReadOnlySpan<byte> stored = packed.Slice(at + 4, 4 * checks);
        at += 4 + (4 * checks);
        if (length < plainLength)
            at += 4 * Count(flags, LzopHeader.PackedAdler, LzopHeader.PackedCrc);
        if (packed.Length - at < length)
        {
            long present = Math.Max(0, packed.Length - at);
            return (UnpackStatus.Truncated, $"a block has {length:N0} bytes, {present:N0} are there");
        }
        ReadOnlySpan<byte> block = packed.Slice(at, (int)length);
        at += (int)length;
        // A block is checked as a whole, so it is given room as a whole.
        (UnpackStatus status, string seen) = (UnpackStatus.Ok, "");
        int used = block.Length;
        int from;
        if (length == plainLength)
        {
            window.Room(block.Length);
            from = window.Position;
            block.CopyTo(window.Buffer[from..]);
            window.Position += block.Length;
        }
        else
        {
            used = 0;
            window.Room((int)Math.Min(plainLength, (block.Length * 255L) + 16));
            from = window.Position;
            (status, seen) = Lzo1x.Run(block, ref used, window, (int)plainLength);
        }
        ReadOnlySpan<byte> plain = window.Buffer[from..window.Position];
        if (status != UnpackStatus.Ok || plain.Length != plainLength || used != block.Length)
            return (UnpackStatus.Damaged, seen.Length > 0 ? seen : $"a block announces {plainLength:N0} plain bytes, {plain.Length:N0} come out");
        return CheckFits(flags, stored, plain) ? (UnpackStatus.Ok, "") : (UnpackStatus.Damaged, "the check of a block is wrong");
    }

    private static int Count(uint flags, uint one, uint other) => ((flags & one) != 0 ? 1 : 0) + ((flags & other) != 0 ? 1 : 0);

    private static bool CheckFits(uint flags, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> plain)
    {
        int at = 0;
        if ((flags & LzopHeader.PlainAdler) != 0)
        {
            if (stored.Be32(at) != Adler32.Compute(plain))
                return false;
            at += 4;
        }
        return (flags & LzopHeader.PlainCrc) == 0 || stored.Be32(at) == Crc32.Zlib(plain);
    }
}
