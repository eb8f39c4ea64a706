using System.Collections.Immutable;

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
    private const int Sense = 16 << 10;

    private static readonly ImmutableArray<IStreamCodec> s_codecs =
    [
        new XzCodec(), new GzipCodec(), new ZstdCodec(), new LzopCodec(), new Lz4Codec(), new Bzip2Codec(), new LzmaCodec(),
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
                return Judge(input, codec, []);
        }
        if (!input.Claimed && !input.AtStart)
            return null;
        foreach (IStreamCodec codec in s_codecs)
        {
            if (codec.ReadHead(bytes) is not StreamHead head)
                continue;
            if (head.FitsWithoutMagic)
                return Judge(input, codec, [new Flaw(FlawCode.Magic, $"begins with {First(bytes)}, the rest is a head of {codec.Variant}", input.At)]);
            if (input.Claimed && !head.Flaws.IsEmpty && codec is LzmaCodec)
                return Found(input, codec, head, bytes.Length).With(head.Flaws);
        }
        return input.Claimed ? Strange(input) : null;
    }

    public byte[]? Unpack(in FormatInput input, int mostPlain)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        foreach (IStreamCodec codec in s_codecs)
        {
            if (!codec.HasMagic(bytes))
                continue;
            Unpacked result = codec.Unpack(bytes, Math.Min(mostPlain, input.Budget.Unpackable), keep: true);
            input.Budget.Spend(result.PlainLength);
            return result.Ok ? result.Plain : null;
        }
        return null;
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) =>
        expected.PartitionSize is long most && finding.Length > most
            ? [new Flaw(FlawCode.TooLarge, $"{finding.Length:N0} bytes, {most:N0} fit", finding.Offset)]
            : [];

    private static Finding? Judge(in FormatInput input, IStreamCodec codec, ImmutableArray<Flaw> flaws)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (codec.ReadHead(bytes) is not StreamHead head)
        {
            return input.Claimed || input.AtStart && bytes.Length < Taste
                ? Found(input, codec, new StreamHead(Confidence.Guess, []), bytes.Length).With(flaws.Add(Short(bytes)))
                : null;
        }
        long most = Math.Min(input.Budget.Unpackable, input.Proven ? Taste : long.MaxValue);
        if (head.Strength == Confidence.Guess && most > Taste)
        {
            // Noise that begins like one costs no more than a taste.
            Unpacked taste = codec.Unpack(bytes, Taste, keep: true);
            input.Budget.Spend(Math.Min(taste.PlainLength, Taste));
            if (taste.Status == UnpackStatus.Damaged && taste.PlainLength < Sense && !input.Claimed)
                return null;
        }
        Unpacked result = codec.Unpack(bytes, most, keep: false);
        input.Budget.Spend(result.PlainLength);
        if (!input.Claimed && !Believable(head, result))
            return null;
        bool whole = result.Ok;
        int length = whole ? result.Consumed : bytes.Length;
        Finding finding = Found(input, codec, head, Math.Max(1, length)) with
        {
            Verdict = whole || result.Status == UnpackStatus.TooLarge && input.Proven ? Verdict.Ok : Verdict.Unchecked,
            Confidence = whole ? Confidence.Certain : Max(head.Strength, Confidence.Likely),
        };
        if (result.Sha256 is string sha256)
        {
            finding = finding with
            {
                Facts = [.. finding.Facts, Fact.Number(FactName.PlainSize, result.PlainLength), Fact.Text(FactName.PlainSha256, sha256)],
            };
        }
        return finding.With(flaws.AddRange(head.Flaws).AddRange(FlawOf(input, result)));
    }

    /// <summary>A stream that is not whole counts when its head is sure, or enough of it made sense.</summary>
    private static bool Believable(StreamHead head, Unpacked result) => result.Status switch
    {
        UnpackStatus.Ok or UnpackStatus.TooLarge => true,
        UnpackStatus.Unsupported => head.Strength > Confidence.Guess,
        _ => head.Strength == Confidence.Certain || result.PlainLength >= Sense,
    };

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
