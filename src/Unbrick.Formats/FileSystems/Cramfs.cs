using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// In the byte order of the CPU that it is for (linux include/uapi/linux/cramfs_fs.h, struct cramfs_super):
//   00  4  magic 28CD3D45   08  4  flags (bit 0: version 2, with size and CRC)   20  4  CRC of all, this field as zero
//   04  4  length           10 16  "Compressed ROMFS"                            28  4  blocks   2C  4  files   30 16  name

/// <summary>Cramfs, in either byte order. The kernel mounts only its own; the CRC is what fsck.cramfs looks at.</summary>
public sealed class Cramfs : IFormatWriter
{
    private const int HeaderSize = 0x4C, CrcOffset = 0x20;

    private const uint Magic = 0x28CD_3D45;

    public string Id => "cramfs";

    public string Title => "cramfs file system";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("Compressed ROMFS", 0x10, 4)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? Short(input) : null;
        bool? order = Order(bytes);
        bool signature = bytes.Has("Compressed ROMFS"u8, 0x10);
        // Without its magic number, a size that makes sense in one of the orders decides.
        bool bigEndian = order ?? Word(bytes, 4, bigEndian: true) < Word(bytes, 4, bigEndian: false);
        uint length = Word(bytes, 4, bigEndian);
        bool versioned = (Word(bytes, 8, bigEndian) & 1) != 0;
        bool whole = length >= HeaderSize && length <= bytes.Length;
        uint crc = whole ? CrcOf(bytes[..(int)length], bigEndian) : 0;
        bool fits = whole && crc == Word(bytes, CrcOffset, bigEndian);
        if (!input.Claimed && !fits && (order is null || !signature))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (order is null)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Le32(0):x8}, not 0x{Magic:x8} in either order", input.At));
        if (!signature)
            flaws.Add(new Flaw(FlawCode.Superblock, "\"Compressed ROMFS\" is not at 0x10", input.At + 0x10));
        if (!whole && versioned)
            flaws.Add(length > bytes.Length
                ? Flaw.Truncated(length, bytes.Length) : new Flaw(FlawCode.Size, $"{length} bytes are less than the header", input.At + 4));
        else if (!fits && versioned)
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC", Word(bytes, CrcOffset, bigEndian), crc, input.At + CrcOffset));
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(length, HeaderSize, bytes.Length),
            Format = Id,
            Verdict = versioned ? Verdict.Ok : Verdict.Unchecked,
            Confidence = fits || (order is not null && signature) ? Confidence.Certain : Confidence.Guess,
            Facts =
            [
                Fact.Number("size", length),
                Fact.Text("endian", bigEndian ? "be" : "le"),
                Fact.Text(FactName.Name, bytes.FieldText(0x30, 16)),
                Fact.Number("files", Word(bytes, 0x2C, bigEndian)),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize || Order(bytes) is not bool bigEndian)
            return null;
        uint length = Word(bytes, 4, bigEndian);
        if (length < HeaderSize || length > bytes.Length)
            return null;
        byte[] written = bytes[..(int)length].ToArray();
        uint crc = CrcOf(written, bigEndian);
        if ((Word(bytes, 8, bigEndian) & 1) == 0)
            return written;
        if (bigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(CrcOffset), crc);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(CrcOffset), crc);
        return written;
    }

    private static bool? Order(ReadOnlySpan<byte> bytes) => bytes.Le32(0) == Magic ? false : bytes.Be32(0) == Magic ? true : null;

    private static uint Word(ReadOnlySpan<byte> bytes, int at, bool bigEndian) => bigEndian ? bytes.Be32(at) : bytes.Le32(at);

    /// <summary>With the magic number that must be there, so that a spoilt one alone does not spoil the CRC.</summary>
    private static uint CrcOf(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        Span<byte> magic = stackalloc byte[4];
        if (bigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(magic, Magic);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(magic, Magic);
        uint state = Crc32.Update(Crc32.Update(uint.MaxValue, magic), bytes[4..CrcOffset]);
        return ~Crc32.Update(Crc32.Update(state, 0, 4), bytes[(CrcOffset + 4)..]);
    }

    private Finding Short(in FormatInput input) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(Flaw.Truncated(HeaderSize, input.Length));
}
