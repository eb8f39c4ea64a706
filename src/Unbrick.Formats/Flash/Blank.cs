using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

/// <summary>
/// A whole file of FF or of 00: what a clip without contact reads, and an erased chip. It is no firmware and no backup. Inside a file such
/// stretches are padding and none of this format's business.
/// </summary>
public sealed class Blank : IFormatWriter
{
    public string Id => "blank";

    public string Title => "Blank: every byte is the same";

    public ImmutableArray<BytePattern> Patterns => [];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        bool whole = input.At == 0 && input.End == input.Image.Length && !bytes.IsEmpty;
        bool blank = !bytes.IsEmpty && bytes[0] is 0 or 0xFF && bytes.IsAll(bytes[0]);
        if (!input.Claimed && !(whole && blank))
            return null;
        Finding finding = new()
        {
            Offset = input.At,
            Length = Math.Max(1, bytes.Length),
            Format = Id,
            Variant = !blank ? null : bytes[0] == 0 ? "zeros" : "ones",
            Confidence = Confidence.Certain,
            Facts = blank ? [Fact.Hex("byte", bytes[0])] : [],
        };
        if (!blank)
            return finding.With(new Flaw(FlawCode.Structure, Other(bytes), input.At));
        return finding.With(
        [
            ErasedFlash.Flaw(FlawCode.Erased, bytes, input.At),
            new Flaw(FlawCode.Empty, "nothing was ever read from a chip or written to this file", input.At),
        ]);
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        byte[] written = input.Bytes.ToArray();
        return written.Length > 0 && written.AsSpan().IndexOfAnyExcept(written[0]) < 0 ? written : null;
    }

    private static string Other(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? "nothing is there" : $"the first byte that is not 0x{bytes[0]:x2} is at 0x{Math.Max(0, bytes.IndexOfAnyExcept(bytes[0])):x}";
}
