using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Big-endian (linux Documentation/filesystems/romfs.rst):
//   00  8  "-rom1fs-"   08  4  length   0C  4  makes the words of the first 512 bytes sum to 0   10  name, NUL, padding to 16
// then files, each at a multiple of 16:
//   00  4  next file (low 4 bits: kind)   04  4  for directories, links   08  4  length   0C  4  makes header and name sum to 0   10  name

/// <summary>ROMFS. The kernel refuses one whose checksum is wrong; that of each file's header is checked, too.</summary>
public sealed class Romfs : IFormatWriter
{
    private const int HeaderSize = 32, Summed = 512, ChecksumOffset = 0xC, MostFiles = 1 << 16;

    public string Id => "romfs";

    public string Title => "ROMFS file system";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("-rom1fs-", 0, 4)];

    private static ReadOnlySpan<byte> Magic => "-rom1fs-"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return input.Claimed ? Short(input) : null;
        bool magic = bytes.Has(Magic);
        uint length = bytes.Be32(8);
        bool whole = length >= HeaderSize && length <= bytes.Length;
        uint sum = whole ? SumOf(bytes, length) : 0;
        int name = bytes[0x10..Math.Min(bytes.Length, 0x90)].IndexOf((byte)0);
        if (!input.Claimed && !(magic ? name >= 0 && length >= HeaderSize : input.AtStart && whole && sum == 0 && name >= 0))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, "does not begin with \"-rom1fs-\"", input.At));
        if (length > bytes.Length)
            flaws.Add(Flaw.Truncated(length, bytes.Length));
        else if (!whole)
            flaws.Add(new Flaw(FlawCode.Size, $"{length} bytes are less than the header", input.At + 8));
        else if (sum != 0)
            flaws.Add(new Flaw(FlawCode.Checksum,
                $"the words of the first {Math.Min(length, Summed)} bytes sum to 0x{sum:x8}, not to 0", input.At + ChecksumOffset));
        int files = whole && name >= 0 ? CheckFiles(input, (int)length, 0x10 + name + 16 & ~15, flaws) : 0;
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(length, 1, bytes.Length),
            Format = Id,
            Confidence = magic || sum == 0 ? Confidence.Certain : Confidence.Guess,
            Facts = [Fact.Text("volume", bytes.FieldText(0x10, Math.Max(name, 0))), Fact.Number("size", length), Fact.Number("files", files)],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize || !bytes.Has(Magic))
            return null;
        uint length = bytes.Be32(8);
        if (length < HeaderSize || length > bytes.Length)
            return null;
        byte[] written = bytes[..(int)length].ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(ChecksumOffset), 0);
        BinaryPrimitives.WriteUInt32BigEndian(written.AsSpan(ChecksumOffset), 0 - SumOf(written, length));
        return written;
    }

    /// <summary>Of the first 512 bytes, with the magic number that must be there.</summary>
    private static uint SumOf(ReadOnlySpan<byte> bytes, uint length)
    {
        uint sum = Magic.Be32(0) + Magic.Be32(4);
        for (int at = 8; at + 4 <= Math.Min(length, Summed); at += 4)
            sum += bytes.Be32(at);
        return sum;
    }

    /// <summary>Follows the files of the root directory; links only lead forward, so that this ends.</summary>
    private static int CheckFiles(in FormatInput input, int length, int first, ImmutableArray<Flaw>.Builder flaws)
    {
        ReadOnlySpan<byte> bytes = input.Bytes[..length];
        int files = 0;
        long at = first;
        while (files < MostFiles && at + 16 <= length)
        {
            int name = bytes[((int)at + 16)..Math.Min(length, (int)at + 16 + 256)].IndexOf((byte)0);
            if (name < 0)
                break;
            files++;
            uint sum = 0;
            for (int word = (int)at; word + 4 <= Math.Min(length, at + 16 + (name + 16 & ~15)); word += 4)
                sum += bytes.Be32(word);
            if (sum != 0)
            {
                flaws.Add(new Flaw(FlawCode.Checksum, $"header and name of a file sum to 0x{sum:x8}, not to 0", input.At + (int)at));
                break;
            }
            long next = bytes.Be32((int)at) & ~15u;
            if (next <= at)
                break;
            at = next;
        }
        return files;
    }

    private Finding Short(in FormatInput input) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(Flaw.Truncated(HeaderSize, input.Length));
}
