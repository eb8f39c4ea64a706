using System.Collections.Immutable;

namespace Unbrick.Formats.Trx;

/// <summary>
/// The image of Broadcom routers, borrowed by others (Buffalo, Xiaomi, ASUS). The boot loader checks the CRC at each start, over what lies in
/// the flash.
/// </summary>
public sealed class TrxImage : IFormatWriter
{
    /// <summary>Images are padded to erase blocks of this size (trx.c).</summary>
    private const int Block = 0x1000;

    public string Id => "trx";

    public string Title => "TRX image";

    public ImmutableArray<BytePattern> Patterns { get; } =
    [
        BytePattern.Text("HDR0"), BytePattern.Text("0PID"), BytePattern.Text("\\Cot"), BytePattern.Text("]Cot"), BytePattern.Text("DHP2"),
        BytePattern.Text("DHP3"),
    ];

    public Finding? Read(in FormatInput input)
    {
        if (!TrxHeader.TryRead(input.Bytes, out TrxHeader header))
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(header.Size, input.Length)) : null;
        return input.Claimed || TrxReader.Accepts(input, header) ? TrxReader.Read(input, header, Id) : null;
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (!TrxHeader.TryRead(input.Bytes, out TrxHeader header) || !header.Plausible || header.Length > input.Length)
            return null;
        byte[] written = input.Bytes[..(int)header.Length].ToArray();
        Seal(written, header);
        return written;
    }

    /// <summary>
    /// A TRX of version 1 with up to three parts, each at a multiple of <paramref name="align"/>, padded with zeros to a multiple of 1000h.
    /// </summary>
    public static byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> parts, uint magic = TrxHeader.UsualMagic, int align = 4)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count, nameof(parts));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts.Count, 3, nameof(parts));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(align);
        TrxHeader header = new(magic, 0, 0, 0, 1, 0, 0, 0, 0);
        Span<int> offsets = stackalloc int[3];
        int at = header.Size;
        for (int i = 0; i < parts.Count; i++)
        {
            // The first part follows the header at once.
            offsets[i] = i == 0 ? at : RoundUp(at, align);
            at = checked(offsets[i] + parts[i].Length);
        }
        byte[] image = new byte[RoundUp(at, Block)];
        for (int i = 0; i < parts.Count; i++)
            parts[i].Span.CopyTo(image.AsSpan(offsets[i]));
        Seal(image, header with { First = (uint)offsets[0], Second = (uint)offsets[1], Third = (uint)offsets[2] });
        return image;
    }

    internal static void Seal(Span<byte> image, in TrxHeader header)
    {
        // Flags, version and offsets are covered, so they have to stand there first.
        TrxHeader made = header with { Length = (uint)image.Length };
        made.Write(image);
        (made with { Crc = made.CrcOf(image) }).Write(image);
    }

    private static int RoundUp(int value, int unit) => checked((value + unit - 1) / unit * unit);
}
