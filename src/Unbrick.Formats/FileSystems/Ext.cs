using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Superblock at byte 1024, little-endian (linux Documentation/filesystems/ext4/super.rst):
//   00  4  inodes               20  4  blocks per group     5A 2  group of this copy      78 16 label
//   04  4  blocks (150: high)   28  4  inodes per group     5C 4  compatible features     FE  2 bytes of a group descriptor
//   14  4  first data block     38  2  EF53                 60 4  incompatible ones      175  1 kind of checksum (1: CRC-32C)
//   18  4  block size 1024 << n 4C  4  revision             64 4  read-only ones         270  4 seed of the checksums
//                               58  2  bytes of an inode    68 16 id                     3FC  4 CRC-32C of the 0x3FC before
// Group descriptors begin in the block behind; their checksum (1E, 2 bytes) is made of seed, number and descriptor.

/// <summary>ext2, ext3 and ext4. Newer ones have checksums of superblock and group descriptors; of others only the numbers can be judged.</summary>
public sealed class Ext : IFirmwareFormat
{
    private const int At = 1024, Size = 1024, ChecksumAt = 0x3FC, MostGroups = 1 << 16, MostFlaws = 8;

    private const uint Journal = 4, Extents = 0x40, Wide = 0x80, SeedStored = 0x2000, MetadataChecksums = 0x400;

    public string Id => "ext";

    public string Title => "ext2, ext3 or ext4 file system";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("53 EF", At + 0x38, 512)];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < At + Size)
            return input.Claimed ? Unreadable.Claim(input, Id, Flaw.Truncated(At + Size, bytes.Length)) : null;
        ReadOnlySpan<byte> super = bytes.Slice(At, Size);
        bool magic = super.Le16(0x38) == 0xEF53, shaped = Shaped(super);
        if (!input.Claimed && !(magic && shaped && super.Le16(0x5A) == 0))
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        bool checksums = (super.Le32(0x64) & MetadataChecksums) != 0 && super[0x175] == 1;
        uint crc = Crc32C(uint.MaxValue, super[..ChecksumAt]);
        bool proven = magic && checksums && crc == super.Le32(ChecksumAt);
        if (!magic)
            flaws.Add(new Flaw(FlawCode.Magic, $"the superblock's mark is 0x{super.Le16(0x38):x4}, not 0xef53", input.At + At + 0x38));
        if (checksums && crc != super.Le32(ChecksumAt))
            flaws.Add(Flaw.Differs(FlawCode.Crc, "CRC of the superblock", super.Le32(ChecksumAt), crc, input.At + At + ChecksumAt));
        if (!shaped)
            flaws.Add(new Flaw(FlawCode.Superblock, "sizes in the superblock contradict each other", input.At + At));
        int block = 1024 << (int)Math.Min(super.Le32(0x18), 6);
        ulong blocks = super.Le32(4) | ((super.Le32(0x60) & Wide) != 0 ? (ulong)super.Le32(0x150) << 32 : 0);
        long length = blocks < 1UL << 46 ? (long)blocks * block : long.MaxValue;
        if (length > bytes.Length)
            flaws.Add(Flaw.Truncated(length, bytes.Length));
        int groups = proven && shaped ? CheckGroups(input, super, block, blocks, flaws) : 0;
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(length, 1, bytes.Length),
            Format = Id,
            Variant = (super.Le32(0x60) & Extents) != 0 ? "ext4" : (super.Le32(0x5C) & Journal) != 0 ? "ext3" : "ext2",
            Verdict = proven ? Verdict.Ok : Verdict.Unchecked,
            Confidence = proven ? Confidence.Certain : shaped ? Confidence.Likely : Confidence.Guess,
            Facts =
            [
                Fact.Text("label", SafeText.Show(super.Slice(0x78, 16).TrimEnd((byte)0))),
                Fact.Text("id", new Guid(super.Slice(0x68, 16), bigEndian: true).ToString()),
                Fact.Number("block", block),
                Fact.Number("blocks", length / block),
                Fact.Number("inodes", super.Le32(0)),
                Fact.Number("proven_groups", groups),
            ],
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    private static bool Shaped(ReadOnlySpan<byte> super)
    {
        uint log = super.Le32(0x18), perGroup = super.Le32(0x20), inodes = super.Le32(0x28);
        if (log > 6 || super.Le32(0x4C) > 1 || super.Le32(0) == 0 || super.Le32(4) == 0)
            return false;
        uint bits = 8u << (int)(10 + log);
        int inode = super.Le32(0x4C) == 0 ? 128 : super.Le16(0x58);
        return perGroup is > 0 && perGroup <= bits && inodes is > 0 && inodes <= bits && super.Le32(0x14) == (log == 0 ? 1u : 0)
            && int.IsPow2(inode) && inode is >= 128 and <= 65536;
    }

    private static int CheckGroups(in FormatInput input, ReadOnlySpan<byte> super, int block, ulong blocks, ImmutableArray<Flaw>.Builder flaws)
    {
        uint seed = (super.Le32(0x60) & SeedStored) != 0 ? super.Le32(0x270) : Crc32C(uint.MaxValue, super.Slice(0x68, 16));
        int size = (super.Le32(0x60) & Wide) != 0 ? super.Le16(0xFE) : 32;
        if (size is < 32 or > 1024)
            return 0;
        ulong groups = (blocks - super.Le32(0x14) + super.Le32(0x20) - 1) / super.Le32(0x20);
        long at = (super.Le32(0x14) + 1L) * block;
        int proven = 0;
        byte[] copy = new byte[size];
        Span<byte> number = stackalloc byte[4];
        for (uint group = 0; group < Math.Min(groups, MostGroups) && at + size <= input.Length && flaws.Count < MostFlaws; group++, at += size)
        {
            input.Bytes.Slice((int)at, size).CopyTo(copy);
            uint stored = copy.AsSpan().Le16(0x1E);
            copy[0x1E] = copy[0x1F] = 0;
            BinaryPrimitives.WriteUInt32LittleEndian(number, group);
            uint crc = Crc32C(Crc32C(seed, number), copy) & 0xFFFF;
            if (crc != stored)
                flaws.Add(new Flaw(FlawCode.Crc, $"CRC of group {group:N0} is 0x{stored:x4}, its bytes give 0x{crc:x4}", input.At + (int)at));
            else
                proven++;
        }
        return proven;
    }

    /// <summary>CRC-32C as ext4 has it: started with a seed, not inverted.</summary>
    private static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
