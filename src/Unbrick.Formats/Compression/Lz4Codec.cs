using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// lz4_Frame_format.md, numbers little-endian:
//   0  4  04 22 4D 18
//   4  1  version 01 (bits 7, 6), 20 blocks stand alone, 10 blocks have checks, 8 plain size, 4 check of the content, 1 dictionary id
//   5  1  largest block in bits 4 to 6: 4 64 KiB, 5 256 KiB, 6 1 MiB, 7 4 MiB
//   6     [plain size (8)] [dictionary id (4)] second byte of the XXH32 of all since offset 4
//   blocks: length (4, top bit: stored), bytes, [XXH32]; length 0 ends; [XXH32 of the plain bytes]
// Legacy frame, as kernels have it: 02 21 4C 18, then length (4) and block of 8 MiB plain bytes, the last one shorter.

/// <summary>lz4: frames, and the legacy frames of kernels.</summary>
internal sealed class Lz4Codec : IStreamCodec
{
    private const int LegacyBlock = 8 << 20;
    private const uint Magic = 0x184D2204, LegacyMagic = 0x184C2102;

    public string Variant => "lz4";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("04 22 4D 18"), BytePattern.Hex("02 21 4C 18")];

    public bool HasMagic(ReadOnlySpan<byte> packed) => packed.Length >= 4 && packed.Le32(0) is Magic or LegacyMagic;

    public StreamHead? ReadHead(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < 7)
            return null;
        if (packed.Le32(0) == LegacyMagic)
            return new StreamHead(Confidence.Guess, [Fact.Text("frame", "legacy")]);
        int length = HeadLength(packed);
        if (length > packed.Length)
            return null;
        bool sound = packed[4] >> 6 == 1 && (packed[4] & 2) == 0 && (packed[5] & 0x8F) == 0 && packed[5] >> 4 >= 4;
        bool fits = sound && packed[length - 1] == HeadCheck(packed, length);
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Text("frame", "lz4"));
        facts.Add(Fact.Number("block_size", BlockSize(packed[5])));
        long announced = (packed[4] & 8) != 0 ? (long)Math.Min(packed.Le64(6), long.MaxValue) : 0;
        if (announced > 0)
            facts.Add(Fact.Number("announced_size", announced));
        return new StreamHead(fits ? Confidence.Likely : Confidence.Guess, facts.DrainToImmutable())
        {
            AnnouncedSize = announced,
            FitsWithoutMagic = fits,
            Flaws = fits
                ? []
                : [new Flaw(
                    FlawCode.HeaderChecksum, $"check of the head is 0x{packed[length - 1]:x2}, the bytes give 0x{HeadCheck(packed, length):x2}")],
        };
    }

    public Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        using PlainOutput output = new(mostPlain, keep, sink);
        int at = 0;
        do
        {
            (UnpackStatus status, string seen) = packed.Length - at >= 4 && packed.Le32(at) == LegacyMagic
                ? Legacy(packed, ref at, output)
                : Frame(packed, ref at, output);
            at = Math.Min(at, packed.Length);
            if (status != UnpackStatus.Ok)
                return output.End(status, at, seen);
        }
        while (HasMagic(packed[at..]));
        return output.End(UnpackStatus.Ok, at, "");
    }

    private static int HeadLength(ReadOnlySpan<byte> packed) => 7 + ((packed[4] & 8) != 0 ? 8 : 0) + ((packed[4] & 1) != 0 ? 4 : 0);

    private static byte HeadCheck(ReadOnlySpan<byte> packed, int length) => (byte)(XxHash32.Compute(packed[4..(length - 1)]) >> 8);

    private static int BlockSize(byte descriptor) => 1 << 8 + (2 * Math.Max(4, descriptor >> 4 & 7));

    private static (UnpackStatus Status, string Seen) Frame(ReadOnlySpan<byte> whole, ref int at, PlainOutput output)
    {
        ReadOnlySpan<byte> packed = whole[at..];
        int head = packed.Length < 7 ? int.MaxValue : HeadLength(packed);
        if (head > packed.Length)
            return (UnpackStatus.Truncated, "the head is cut");
        if (packed[4] >> 6 != 1 || (packed[4] & 2) != 0 || (packed[5] & 0x8F) != 0 || packed[5] >> 4 < 4
            || packed[head - 1] != HeadCheck(packed, head))
            return (UnpackStatus.Damaged, "the check of the head is wrong");
        if ((packed[4] & 1) != 0)
            return (UnpackStatus.Unsupported, "packed with a dictionary");
        bool alone = (packed[4] & 0x20) != 0, blockChecks = (packed[4] & 0x10) != 0, contentCheck = (packed[4] & 4) != 0;
        ulong announced = (packed[4] & 8) != 0 ? packed.Le64(6) : ulong.MaxValue;
        at += head;
        HashSink hash = new(output);
        using PlainWindow window = new(Lz4Block.Reach, output.Most - output.Length, hash);
        while (true)
        {
            if (whole.Length - at < 4)
                return (UnpackStatus.Truncated, $"the stream stops after {window.Total:N0} plain bytes");
            uint field = whole.Le32(at);
            at += 4;
            if (field == 0)
                break;
            int size = (int)(field & int.MaxValue);
            if (size > BlockSize(packed[5]))
                return (UnpackStatus.Damaged, $"a block of {size:N0} bytes where {BlockSize(packed[5]):N0} are the most");
            if (whole.Length - at < size + (blockChecks ? 4 : 0))
                return (UnpackStatus.Truncated, $"the stream stops after {window.Total:N0} plain bytes");
            ReadOnlySpan<byte> block = whole.Slice(at, size);
            if (alone)
                window.Forget();
            (UnpackStatus status, string seen) = (UnpackStatus.Ok, "");
            if (field > int.MaxValue)
                window.Write(block);
            else
                (status, seen) = Lz4Block.Run(block, window, BlockSize(packed[5]));
            window.Flush();
            if (status != UnpackStatus.Ok || window.Exceeded)
                return (window.Exceeded ? UnpackStatus.TooLarge : status, seen);
            at += size;
            if (blockChecks && whole.Le32(at) != XxHash32.Compute(block))
                return (UnpackStatus.Damaged, "the check of a block is wrong");
            at += blockChecks ? 4 : 0;
        }
        if (announced != ulong.MaxValue && announced != (ulong)window.Total)
            return (UnpackStatus.Damaged, $"{announced:N0} plain bytes are announced, {window.Total:N0} come out");
        if (!contentCheck)
            return (UnpackStatus.Ok, "");
        if (whole.Length - at < 4)
            return (UnpackStatus.Truncated, "the check of the content is cut");
        at += 4;
        uint stored = whole.Le32(at - 4), computed = hash.Value();
        return stored == computed ? (UnpackStatus.Ok, "") : (UnpackStatus.Damaged, $"check is 0x{stored:x8}, the bytes give 0x{computed:x8}");
    }

    private static (UnpackStatus Status, string Seen) Legacy(ReadOnlySpan<byte> packed, ref int at, PlainOutput output)
    {
        at += 4;
        using PlainWindow window = new(0, output.Most - output.Length, output);
        // The blocks have no end mark: one that is not full is the last one.
        for (int blocks = 0; ; blocks++)
        {
            if (blocks > 0 && (at == packed.Length || packed.Length - at >= 4 && packed.Le32(at) is LegacyMagic or Magic))
                return (UnpackStatus.Ok, "");
            if (packed.Length - at < 4)
                return (UnpackStatus.Truncated, $"the stream stops after {window.Total:N0} plain bytes");
            uint size = packed.Le32(at);
            if (size is 0 or > LegacyBlock + (LegacyBlock / 255) + 16)
                return (UnpackStatus.Damaged, $"a block of {size:N0} bytes where {LegacyBlock:N0} plain bytes are the most");
            if (packed.Length - at - 4 < size)
                return (UnpackStatus.Truncated, $"a block has {size:N0} bytes, {packed.Length - at - 4:N0} are there");
            window.Forget();
            long before = window.Total;
            (UnpackStatus status, string seen) = Lz4Block.Run(packed.Slice(at + 4, (int)size), window, LegacyBlock);
            window.Flush();
            if (status != UnpackStatus.Ok || window.Exceeded)
                return (window.Exceeded ? UnpackStatus.TooLarge : status, seen);
            at += 4 + (int)size;
            if (window.Total - before < LegacyBlock)
                return (UnpackStatus.Ok, "");
        }
    }

    private sealed class HashSink(IPlainSink next) : IPlainSink
    {
        private readonly XxHash32 _hash = new();

        public uint Value() => _hash.Value();

        public void Take(ReadOnlySpan<byte> plain)
        {
            _hash.Append(plain);
            next.Take(plain);
        }
    }
}
