using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// RFC 8878, 3.1.1. After the header (ZstdHeader), blocks: 3 bytes little-endian: bit 0 last one, bits 1-2 kind (0 stored, 1 one byte
// repeated, 2 compressed), size; then [low half of the XXH64 of the plain bytes]. Skippable frames: 5? 2A 4D 18, length (4), bytes.

/// <summary>Zstandard frames.</summary>
internal sealed class ZstdCodec : IStreamCodec
{
    public string Variant => "zst";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("28 B5 2F FD")];

    public bool HasMagic(ReadOnlySpan<byte> packed) => packed.Length >= 4 && packed.Le32(0) == ZstdHeader.Magic;

    public StreamHead? ReadHead(ReadOnlySpan<byte> packed)
    {
        if (!ZstdHeader.TryRead(packed, out ZstdHeader header))
            return null;
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Number("window_size", header.Window));
        if (header.PlainSize != ZstdHeader.Unknown)
            facts.Add(Fact.Number("announced_size", header.PlainSize));
        facts.Add(Fact.Text("check", header.Checked ? "xxh64" : "none"));
        // A size that is known and a check at the end prove it without the magic.
        return new StreamHead(Confidence.Guess, facts.DrainToImmutable())
        {
            AnnouncedSize = Math.Max(0, header.PlainSize),
            FitsWithoutMagic = header.Checked && header.Dictionary == 0 && header.PlainSize > 0,
        };
    }

    public Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        using PlainOutput output = new(mostPlain, keep, sink);
        ZstdBlock block = new();
        int at = 0;
        while (true)
        {
            (UnpackStatus status, string seen) = Frame(packed, ref at, block, output);
            if (status != UnpackStatus.Ok)
                return output.End(status, Math.Min(at, packed.Length), seen);
            int next = at;
            while (packed.Length - next >= 8 && (packed.Le32(next) & 0xFFFF_FFF0) == 0x184D_2A50 && packed.Le32(next + 4) <= packed.Length - next - 8)
                next += 8 + (int)packed.Le32(next + 4);
            if (HasMagic(packed[next..]))
                at = next;
            else
                return output.End(UnpackStatus.Ok, at, "");
        }
    }

    private static (UnpackStatus Status, string Seen) Frame(ReadOnlySpan<byte> packed, ref int at, ZstdBlock decoder, PlainOutput output)
    {
        if (!ZstdHeader.TryRead(packed[at..], out ZstdHeader header))
        {
            return packed.Length - at < 18
                ? (UnpackStatus.Truncated, "the header is cut")
                : (UnpackStatus.Damaged, $"descriptor 0x{packed[at + 4]:x2} does not exist");
        }
        if (header.Dictionary != 0)
            return (UnpackStatus.Unsupported, $"packed with dictionary {header.Dictionary}");
        at += header.Length;
        HashSink hash = new(output, header.Checked);
        using PlainWindow window = new(header.Window, output.Most - output.Length, hash);
        decoder.Begin();
        int most = (int)Math.Min(header.Window, ZstdBlock.MostPlain);
        bool last;
        do
        {
            if (packed.Length - at < 3)
                return (UnpackStatus.Truncated, $"the stream stops after {window.Total:N0} plain bytes");
            int field = packed[at] | packed[at + 1] << 8 | packed[at + 2] << 16;
            last = (field & 1) != 0;
            int kind = field >> 1 & 3, size = field >> 3, stored = kind == 1 ? 1 : size;
            at += 3;
            if (size > most || kind == 3)
                return (UnpackStatus.Damaged, $"a block of {size:N0} bytes where {most:N0} are the most");
            if (packed.Length - at < stored)
                return (UnpackStatus.Truncated, $"a block has {stored:N0} bytes, {packed.Length - at:N0} are there");
            ReadOnlySpan<byte> block = packed.Slice(at, stored);
            bool right = true;
            if (kind == 0)
                window.Write(block);
            else if (kind == 1)
                Repeat(window, block[0], size);
            else
                right = decoder.TryRun(block, window, most);
            if (window.Exceeded)
            {
                window.Flush();
                return (UnpackStatus.TooLarge, "");
            }
            if (!right)
            {
                window.Flush();
                return window.Forgot(header.Window)
                    ? (UnpackStatus.TooLarge, $"the window has {header.Window:N0} bytes")
                    : (UnpackStatus.Damaged, $"after {window.Total:N0} plain bytes a block cannot be followed");
            }
            at += stored;
        }
        while (!last);
        window.Flush();
        if (header.PlainSize != ZstdHeader.Unknown && header.PlainSize != window.Total)
            return (UnpackStatus.Damaged, $"{header.PlainSize:N0} plain bytes are announced, {window.Total:N0} come out");
        if (!header.Checked)
            return (UnpackStatus.Ok, "");
        if (packed.Length - at < 4)
            return (UnpackStatus.Truncated, "the check is cut");
        at += 4;
        uint check = packed.Le32(at - 4);
        return check == hash.Value() ? (UnpackStatus.Ok, "") : (UnpackStatus.Damaged, $"check is 0x{check:x8}, the bytes give 0x{hash.Value():x8}");
    }

    private static void Repeat(PlainWindow window, byte value, int count)
    {
        window.Room(count);
        window.Buffer.Slice(window.Position, count).Fill(value);
        window.Position += count;
    }

    private sealed class HashSink(IPlainSink next, bool wanted) : IPlainSink
    {
        private readonly XxHash64 _hash = new();

        public uint Value() => (uint)_hash.Value();

        public void Take(ReadOnlySpan<byte> plain)
        {
            if (wanted)
                _hash.Append(plain);
            next.Take(plain);
        }
    }
}
