using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Versions 2 and 3, in the byte order of the CPU (linux-2.6 squashfs patches, struct squashfs_super_block; not aligned):
//   00  4  magic     08  4  bytes in use (2)   1C  2  version     20  2  block size (2)   22  2  log2 of the block size
//   04  4  inodes    27  4  time               1E  2  0 or 1      33  4  block size       3F  8  bytes in use (3)

/// <summary>squashfs as vendors of the years before 2009 have it: only where it ends is read, its tables are not.</summary>
internal static class SquashfsOld
{
    private const int HeaderSize = 0x77;

    public static Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize)
            return null;
        bool bigEndian = bytes.Be16(0x1C) is 2 or 3;
        int major = bigEndian ? bytes.Be16(0x1C) : bytes.Le16(0x1C);
        int log = bigEndian ? bytes.Be16(0x22) : bytes.Le16(0x22);
        if (major is not (2 or 3) || log is < 12 or > 20 || (bigEndian ? bytes.Be32(0x33) : bytes.Le32(0x33)) != 1u << log)
            return null;
        ulong used = major == 2 ? bigEndian ? bytes.Be32(8) : bytes.Le32(8) : bigEndian ? bytes.Be64(0x3F) : bytes.Le64(0x3F);
        uint inodes = bigEndian ? bytes.Be32(4) : bytes.Le32(4);
        if (used is <= HeaderSize or > int.MaxValue || inodes == 0 || inodes > used)
            return null;
        bool whole = used <= (ulong)bytes.Length;
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Min(used, (ulong)bytes.Length),
            Format = "squashfs",
            Variant = $"v{major}-{(bigEndian ? "be" : "le")}",
            Verdict = Verdict.Unchecked,
            Confidence = Confidence.Likely,
            Facts = [Fact.Number("bytes_used", (long)used), Fact.Number("block", 1L << log), Fact.Number("inodes", inodes),
                Fact.Number("squashfs_version", major)],
        }.With(whole ? ImmutableArray<Flaw>.Empty : [Flaw.Truncated((long)used, bytes.Length)]);
    }
}
