using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

// lzma-specification.txt (I. Pavlov), "lzma alone"; all numbers little-endian:
//   0  1  lc + 9 * (lp + 5 * pb): 5D as everybody writes it, 6D (lc1 lp2 pb2) in OpenWrt's kernels
//   1  4  dictionary size
//   5  8  plain size, FF.. when the stream ends by a marker
//   13    range coder, first byte 0

/// <summary>
/// LZMA with its head of 13 bytes, as kernels of MIPS routers are packed. The head has no magic and no checksum, so the stream itself has to
/// prove what it is.
/// </summary>
internal sealed class LzmaCodec : IStreamCodec
{
    public const int HeadLength = 13;

    /// <summary>As everybody writes it, as OpenWrt's kernels have it, and with lc4.</summary>
    public static ReadOnlySpan<byte> UsualProperties => [0x5D, 0x6D, 0x5E];

    private const long LargestPlausible = 1L << 30;

    public string Variant => "lzma";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("5D 00 00"), BytePattern.Hex("6D 00 00"), BytePattern.Hex("5E 00 00")];

    public bool HasMagic(ReadOnlySpan<byte> packed) => Plausible(packed) && LzmaDecoder.Valid(packed[0]);

    public StreamHead? ReadHead(ReadOnlySpan<byte> packed)
    {
        if (!Plausible(packed))
            return null;
        byte properties = packed[0];
        long size = (long)packed.Le64(5);
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        if (LzmaDecoder.Valid(properties))
        {
            facts.Add(Fact.Number("lc", properties % 9));
            facts.Add(Fact.Number("lp", properties / 9 % 5));
            facts.Add(Fact.Number("pb", properties / 45));
        }
        facts.Add(Fact.Number("dict_size", packed.Le32(1)));
        if (size >= 0)
            facts.Add(Fact.Number("announced_size", size));
        return new StreamHead(Confidence.Guess, facts.DrainToImmutable())
        {
            AnnouncedSize = Math.Max(0, size),
            Flaws = LzmaDecoder.Valid(properties) ? [] : [new Flaw(FlawCode.Props, $"properties 0x{properties:x2} are none that a packer writes")],
        };
    }

    public Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null)
    {
        if (packed.Length < HeadLength)
            return new Unpacked(UnpackStatus.Truncated, packed.Length, 0) { Seen = $"the head has {HeadLength} bytes, {packed.Length} are there" };
        ulong size = packed.Le64(5);
        Unpacked result = LzmaStream.Unpack(
            packed[HeadLength..], packed[0], packed.Le32(1), size >= long.MaxValue ? LzmaStream.UnknownSize : (long)size, mostPlain, keep, sink);
        return result with { Consumed = result.Consumed + HeadLength };
    }

    /// <summary>Dictionary, size and first byte as encoders write them; says nothing about the properties.</summary>
    private static bool Plausible(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < HeadLength + 5)
            return false;
        uint dictionary = packed.Le32(1);
        ulong size = packed.Le64(5);
        // Powers of two, and three quarters of them.
        uint lowest = dictionary & 0 - dictionary;
        bool usual = dictionary == uint.MaxValue || dictionary >= 4096 && (dictionary == lowest || dictionary == 3UL * lowest);
        return usual && packed[13] == 0 && size != 0 && (size == ulong.MaxValue || size <= LargestPlausible) && packed.Le32(14) != 0;
    }
}
