using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// RFC 1952, numbers little-endian:
//   0  2  1F 8B          4  4  time
//   2  1  8 (deflate)    8  1  how hard it was packed: 2 best, 4 fastest
//   3  1  flags: 1 text, 2 CRC of the header, 4 extra field, 8 name, 10 comment
//                        9  1  system it was packed on
//   then, each if its flag says so: extra (length in 2 bytes), name, comment (to a NUL), low half of the header's CRC-32
//   deflate stream, CRC-32 of the plain bytes, their number modulo 2^32; more members may follow

/// <summary>gzip.</summary>
internal sealed class GzipCodec : IStreamCodec
{
    private const int FixedLength = 10;

    public string Variant => "gz";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("1F 8B 08")];

    public bool HasMagic(ReadOnlySpan<byte> packed) => packed.Has([0x1F, 0x8B, 0x08]) && packed.Length > 3 && packed[3] < 0x20;

    public StreamHead? ReadHead(ReadOnlySpan<byte> packed)
    {
        int length = HeadLength(packed, out int name);
        if (length == 0)
            return null;
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        if (name > 0)
            facts.Add(Fact.Text(FactName.Name, packed.FieldText(name, Math.Min(length - name, 255))));
        facts.Add(Fact.Number("time", packed.Le32(4)));
        return new StreamHead(Confidence.Guess, facts.DrainToImmutable())
        {
            // Known systems, and what packers say about how hard they packed; the CRC at the end proves the rest.
            FitsWithoutMagic = packed[8] is 0 or 2 or 4 && packed[9] is < 14 or 255,
        };
    }

    public Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        using PlainOutput output = new(mostPlain, keep, sink);
        Inflate inflate = new();
        int at = 0;
        do
        {
            (UnpackStatus status, string seen) = Member(packed, ref at, inflate, output);
            if (status != UnpackStatus.Ok)
                return output.End(status, at, seen);
        }
        while (HasMagic(packed[at..]) && HeadLength(packed[at..], out _) > 0);
        return output.End(UnpackStatus.Ok, at, "");
    }

    private static (UnpackStatus Status, string Seen) Member(ReadOnlySpan<byte> packed, ref int at, Inflate inflate, PlainOutput output)
    {
        int head = HeadLength(packed[at..], out _);
        if (head == 0)
            return packed.Length - at >= FixedLength && packed[at + 3] >= 0x20
                ? (UnpackStatus.Damaged, $"flags 0x{packed[at + 3]:x2} do not exist")
                : (UnpackStatus.Truncated, "the header is cut");
        at += head;
        CrcSink crc = new(output);
        using PlainWindow window = new(Inflate.Reach, output.Most - output.Length, crc);
        (UnpackStatus status, string seen) = inflate.Run(packed, ref at, window);
        window.Flush();
        if (status != UnpackStatus.Ok)
            return (status, seen);
        if (packed.Length - at < 8)
        {
            at = packed.Length;
            return (UnpackStatus.Truncated, "CRC and length are cut");
        }
        uint stored = packed.Le32(at), size = packed.Le32(at + 4);
        at += 8;
        if (stored != crc.Value)
            return (UnpackStatus.Damaged, $"CRC is 0x{stored:x8}, the bytes give 0x{crc.Value:x8}");
        return size == (uint)window.Total
            ? (UnpackStatus.Ok, "")
            : (UnpackStatus.Damaged, $"{size:N0} plain bytes are announced, {window.Total:N0} come out");
    }

    /// <summary>Length of the header, 0 when it is not whole; and where the name stands, 0 when it has none.</summary>
    private static int HeadLength(ReadOnlySpan<byte> packed, out int name)
    {
        name = 0;
        if (packed.Length < FixedLength || packed[3] >= 0x20)
            return 0;
        int flags = packed[3], at = FixedLength;
        if ((flags & 4) != 0)
        {
            if (packed.Length - at < 2)
                return 0;
            at += 2 + packed.Le16(at);
        }
        for (int flag = 8; flag <= 16; flag <<= 1)
        {
            if ((flags & flag) == 0)
                continue;
            int end = at < packed.Length ? packed[at..].IndexOf((byte)0) : -1;
            if (end < 0)
                return 0;
            if (flag == 8)
                name = at;
            at += end + 1;
        }
        at += (flags & 2) != 0 ? 2 : 0;
        return at <= packed.Length ? at : 0;
    }

    private sealed class CrcSink(IPlainSink next) : IPlainSink
    {
        private uint _state = uint.MaxValue;

        public uint Value => ~_state;

        public void Take(ReadOnlySpan<byte> plain)
        {
            _state = Crc32.Update(_state, plain);
            next.Take(plain);
        }
    }
}
