using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Compression;

/// <summary>
/// A compressed stream: gzip, xz, LZMA, bzip2, lzop, lz4, zstd. Unpacked to its end to prove it whole, unless what it lies in has proven
/// that already.
/// </summary>
public sealed class CompressedStream : IFirmwareFormat, IUnpacker
{
    /// <summary>Of a stream that is proven already, or has no magic, this much is unpacked before it is taken for one.</summary>
    private const int Taste = 64 << 10;

    /// <summary>Plain bytes that must have made sense before a damaged stream with a weak head is taken for one.</summary>
    private const int Sense = 16 << 10, SenseAtStart = 1 << 10;

    /// <summary>So many bytes do not stand at the very beginning of a file or part by chance: a damaged stream need not make sense then.</summary>
    private const int LongMagic = 4;

    /// <summary>
    /// What gives no more than this is no bomb: a blank flash chip packs a thousandfold. What gives more is followed further only when it
    /// gives no more than so many bytes for each packed one.
    /// </summary>
    private const int Harmless = 32 << 20, MostRatio = 200;

    /// <summary>So many bytes FF at the end of a part are blank flash.</summary>
    private const int LeastBlank = 16;

    private static readonly LzmaCodec s_lzma = new();

    private static readonly ImmutableArray<IStreamCodec> s_codecs =
    [
        new XzCodec(), new GzipCodec(), new ZstdCodec(), new LzopCodec(), new Lz4Codec(), new Bzip2Codec(), s_lzma,
    ];

    public string Id => "comp";

    public string Title => "Compressed stream";

    public ImmutableArray<BytePattern> Patterns { get; } = [.. s_codecs.SelectMany(codec => codec.Patterns)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        foreach (IStreamCodec codec in s_codecs)
        {
            if (codec.HasMagic(bytes))
                return Judge(input, codec, magic: true);
        }
        if (WithShortHead(input) is Finding shortened)
            return shortened;
        if ((input.Claimed || input.AtStart) && WithoutEnd(input) is Finding endless)
            return endless;
        if (!input.Claimed && !input.AtStart)
            return null;
        foreach (IStreamCodec codec in s_codecs)
        {
            if (codec.ReadHead(bytes) is { FitsWithoutMagic: true } && Judge(input with { Claimed = false }, codec, magic: false) is Finding found)
                return found;
        }
        foreach (IStreamCodec codec in s_codecs)
        {
            // The only head that can be wrong and still be told: it has no magic to miss.
            if (input.Claimed && codec is LzmaCodec && codec.ReadHead(bytes) is StreamHead { Flaws.IsEmpty: false } head)
                return Found(input, codec, head, bytes.Length).With(head.Flaws);
        }
        return input.Claimed ? Strange(input) : WithUsualProperties(input);
    }

    public byte[]? Unpack(in FormatInput input, int mostPlain) => Unpack(input, mostPlain, sink: null) is { Ok: true } result ? result.Plain : null;

    /// <summary>The same into a sink, in the memory of a window. False when it was not the whole stream that came.</summary>
    internal static bool TryUnpack(in FormatInput input, int mostPlain, IPlainSink sink) => Unpack(input, mostPlain, sink) is { Ok: true };

    private static Unpacked? Unpack(in FormatInput input, int mostPlain, IPlainSink? sink)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        foreach (IStreamCodec codec in s_codecs)
        {
            if (!codec.HasMagic(bytes))
                continue;
            Unpacked result = codec.Unpack(bytes, Math.Min(mostPlain, input.Budget.Unpackable), keep: sink is null, sink);
            input.Budget.Spend(result.PlainLength);
            return result;
        }
        return null;
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    /// <summary>LZMA with a spoilt first byte: the stream is whole with what nearly everybody writes there, so that is what it was.</summary>
    private static Finding? WithUsualProperties(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (s_lzma.ReadHead(bytes) is not { Flaws.IsEmpty: false } head || head.AnnouncedSize > input.Budget.Unpackable)
            return null;
        long size = head.AnnouncedSize > 0 ? head.AnnouncedSize : LzmaStream.UnknownSize;
        foreach (byte properties in LzmaCodec.UsualProperties)
        {
            Unpacked result = Try(bytes, properties, Math.Min(Taste, input.Budget.Unpackable));
            input.Budget.Spend(Math.Min(result.PlainLength, Taste));
            if (result.Status == UnpackStatus.TooLarge)
            {
                // It makes sense so far; what does not, with wrong properties, does so much earlier. One is followed to its end, not all.
                result = Try(bytes, properties, input.Budget.Unpackable);
                input.Budget.Spend(result.PlainLength);
                if (!result.Ok)
                    return null;
            }
            if (result.Ok)
                return (Found(input, s_lzma, head, LzmaCodec.HeadLength + result.Consumed) with { Confidence = Confidence.Certain }).With(head.Flaws);
        }
        return null;

        Unpacked Try(ReadOnlySpan<byte> packed, byte properties, long most) =>
            LzmaStream.Unpack(packed[LzmaCodec.HeadLength..], properties, packed.Le32(1), size, most, keep: false);
    }

    /// <summary>LZMA as some vendors' packers write it: whole all the same, and told as what it is, because xz and 7z refuse it.</summary>
    private static Finding? WithShortHead(in FormatInput input)
    {
        if (LzmaShortHead.Find(input.Bytes) is not LzmaShortHead head || head.Size > input.Budget.Unpackable)
            return null;
        Unpacked result = Try(input.Bytes, Math.Min(Taste, input.Budget.Unpackable));
        input.Budget.Spend(Math.Min(result.PlainLength, Taste));
        if (result.Status == UnpackStatus.TooLarge && input.Budget.Unpackable > Taste)
        {
            result = Try(input.Bytes, input.Budget.Unpackable);
            input.Budget.Spend(result.PlainLength);
        }
        if (!result.Ok || result.PlainLength < LzmaShortHead.LeastPlain)
            return null;
        return Found(input, s_lzma, new StreamHead(Confidence.Certain, head.Facts), head.Length + result.Consumed) with
        {
            Facts = [.. head.Facts, Fact.Number(FactName.PlainSize, result.PlainLength), Fact.Text(FactName.PlainSha256, result.Sha256!)],
        };

        Unpacked Try(ReadOnlySpan<byte> packed, long most) =>
            LzmaStream.Unpack(packed[head.Length..], packed[0], packed.Le32(1), head.Size, most, keep: false);
    }

    /// <summary>
    /// Neither size nor marker: only the end of the part it fills says where it ends (blank flash behind it is left away). That the decoder
    /// is empty there proves it as far as LZMA without a checksum can be proven.
    /// </summary>
    private static Finding? WithoutEnd(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (LzmaShortHead.Find(bytes) is not { Size: LzmaStream.UnknownSize } head)
            return null;
        ReadOnlySpan<byte> packed = bytes.Length > LeastBlank && bytes[^LeastBlank..].IsAll(0xFF) ? bytes.TrimEnd((byte)0xFF) : bytes;
        if (packed.Length <= head.Length)
            return null;
        Unpacked result = LzmaStream.Unpack(packed[head.Length..], packed[0], packed.Le32(1), LzmaStream.UnknownSize, input.Budget.Unpackable, keep: false);
        input.Budget.Spend(result.PlainLength);
        if (!result.RanOut || result.PlainLength < SenseAtStart)
            return null;
        return Found(input, s_lzma, new StreamHead(Confidence.Likely, head.Facts), packed.Length) with
        {
            Facts = [Fact.Text("head", "5 bytes: no size, no end marker"), .. head.Facts[1..], Fact.Number("unpacked_size", result.PlainLength)],
        };
    }

    private static Finding? Judge(in FormatInput input, IStreamCodec codec, bool magic)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (codec.ReadHead(bytes) is not StreamHead head)
        {
            return input.Claimed || input.AtStart && bytes.Length < Taste
                ? Found(input, codec, new StreamHead(Confidence.Guess, []), bytes.Length).With(Short(bytes))
                : null;
        }
        long most = Math.Min(input.Budget.Unpackable, input.Proven || head.AnnouncedSize > input.Budget.Unpackable ? Taste : long.MaxValue);
        if (head.Strength == Confidence.Guess && most > Taste)
        {
            // Noise that begins like one costs no more than a taste.
            Unpacked taste = codec.Unpack(bytes, Taste, keep: true);
            input.Budget.Spend(Math.Min(taste.PlainLength, Taste));
            if (!input.Claimed && !Believable(input, codec, head, taste, magic || taste.Status == UnpackStatus.TooLarge))
                return null;
        }
        Unpacked result = codec.Unpack(bytes, Math.Min(most, Harmless), keep: false);
        bool bomb = result.Status == UnpackStatus.TooLarge && most > Harmless && result.PlainLength / MostRatio > result.Consumed;
        if (result.Status == UnpackStatus.TooLarge && most > Harmless && !bomb)
            result = codec.Unpack(bytes, most, keep: false);
        input.Budget.Spend(result.PlainLength);
        if (!input.Claimed && !Believable(input, codec, head, result, magic))
            return null;
        Finding finding = Found(input, codec, head, result.Ok || bomb ? result.Consumed : bytes.Length) with
        {
            Verdict = result.Ok || result.Status == UnpackStatus.TooLarge && input.Proven ? Verdict.Ok : Verdict.Unchecked,
            Confidence = result.Ok ? Confidence.Certain : Max(head.Strength, Confidence.Likely),
        };
        finding = finding with
        {
            Facts = result.Sha256 is string sha256
                ? [.. finding.Facts, Fact.Number(FactName.PlainSize, result.PlainLength), Fact.Text(FactName.PlainSha256, sha256)]
                : [.. finding.Facts, Fact.Number("unpacked_size", Math.Min(result.PlainLength, most))],
        };
        ImmutableArray<Flaw> flaws = magic ? [] : [new Flaw(FlawCode.Magic, $"begins with {First(bytes)}, the rest is {codec.Variant}", input.At)];
        if (bomb)
            flaws = flaws.Add(new Flaw(FlawCode.Bomb, $"more than {Harmless:N0} bytes come out of {result.Consumed:N0}", input.At));
        return finding.With(flaws.AddRange(head.Flaws).AddRange(FlawOf(input, result)));
    }

    /// <summary>A stream that is not whole counts when its head is sure, or enough of it made sense; without the magic only whole or sure.</summary>
    private static bool Believable(in FormatInput input, IStreamCodec codec, StreamHead head, Unpacked result, bool magic)
    {
        if (result.Ok || head.Strength == Confidence.Certain)
            return true;
        if (!magic)
            return false;
        if (input.AtStart && codec.HasMagic(input.Bytes) && codec.Patterns.All(static pattern => pattern.Bytes.Length >= LongMagic))
            return true;
        return result.Status switch
        {
            UnpackStatus.TooLarge => true,
            UnpackStatus.Unsupported => head.Strength > Confidence.Guess,
            _ => result.PlainLength >= (input.AtStart ? SenseAtStart : Sense),
        };
    }

    private static ImmutableArray<Flaw> FlawOf(in FormatInput input, Unpacked result) => result.Status switch
    {
        UnpackStatus.Truncated => [new Flaw(FlawCode.Truncated, result.Seen, input.End)],
        UnpackStatus.Damaged => [new Flaw(FlawCode.StreamCheck, result.Seen, input.At + result.Consumed)],
        _ => [],
    };

    private static Flaw Short(ReadOnlySpan<byte> bytes) => new(FlawCode.Truncated, $"{bytes.Length:N0} bytes are there, the head alone has more");

    private static Confidence Max(Confidence one, Confidence other) => one > other ? one : other;

    private static string First(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, 6)]);

    private static Finding Found(in FormatInput input, IStreamCodec codec, StreamHead head, int length) => new()
    {
        Offset = input.At,
        Length = Math.Max(1, length),
        Format = "comp",
        Variant = codec.Variant,
        Confidence = head.Strength,
        Facts = head.Facts,
    };

    private static Finding Strange(in FormatInput input) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = "comp",
        Confidence = Confidence.Guess,
    }.With(new Flaw(FlawCode.Magic, $"begins with {First(input.Bytes)}: no compressed stream that is known", input.At));
}
