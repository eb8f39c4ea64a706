using System.Collections.Immutable;

namespace Unbrick.Formats.Compression;

/// <summary>
/// One way of packing a single stream of bytes. Pure, without state; whatever the bytes are, nothing is thrown, the work is linear in what
/// goes in and comes out, and memory is bounded by the window.
/// </summary>
internal interface IStreamCodec
{
    /// <summary>As the suffix of file names: <c>gz</c>, <c>xz</c>.</summary>
    string Variant { get; }

    ImmutableArray<BytePattern> Patterns { get; }

    /// <summary>What the head says, or null when it is none. Does not look at the magic.</summary>
    StreamHead? ReadHead(ReadOnlySpan<byte> packed);

    /// <summary>The magic stands at the beginning.</summary>
    bool HasMagic(ReadOnlySpan<byte> packed);

    /// <summary>
    /// Unpacks from the beginning of <paramref name="packed"/> to the end of the stream; what follows it is left alone. Stops with
    /// <see cref="UnpackStatus.TooLarge"/> once more than <paramref name="mostPlain"/> bytes came out. The first bytes of the magic are
    /// taken as right.
    /// </summary>
    /// <param name="packed">The stream, and maybe more.</param>
    /// <param name="mostPlain">Most plain bytes.</param>
    /// <param name="keep">Keep the plain bytes; otherwise only their SHA-256 is made, in the memory of a window.</param>
    /// <param name="sink">Gets the plain bytes as they come; then they are neither kept nor hashed.</param>
    Unpacked Unpack(ReadOnlySpan<byte> packed, long mostPlain, bool keep, IPlainSink? sink = null);
}
