using System.Buffers.Binary;
using Unbrick.Formats;
using Unbrick.Formats.FileSystems;

namespace Unbrick.Tests.Formats.Disk;

/// <summary>Disk images are tiled by their partitions, and these by what is in them.</summary>
public sealed class DiskTests
{
    [Theory]
    [InlineData("gpt/sd-boot.bin", "gpt", 34 * 512)]
    [InlineData("mbr/sd-fat.bin", "mbr", 8 * 512)]
    public void A_partition_is_looked_into(string file, string format, int at)
    {
        Finding disk = Assert.Single(ImageScan.Tile(Samples.Bytes(file)));
        Assert.Equal(format, disk.Format);
        Finding inside = Assert.Single(disk.Inside);
        Assert.Equal(("fat", "fat12", at, 65536, Verdict.Ok), (inside.Format, inside.Variant!, inside.Offset, inside.Length, inside.Verdict));
    }

    [Fact]
    public void Every_byte_of_header_and_entries_of_a_table_is_covered()
    {
        foreach (int at in Enumerable.Range(512, 92).Concat(Enumerable.Range(1024, 256)))
        {
            byte[] bytes = Samples.Bytes("gpt/sd-boot.bin");
            bytes[at] ^= 0x10;
            Assert.Equal(Verdict.Bad, FormatRegistry.Find("gpt")!.Read(Samples.Claimed(bytes))!.Verdict);
        }
    }

    /// <summary>A card that was read in part, and a header whose last sector lies before its own or beyond all numbers.</summary>
    [Theory]
    [InlineData(849, 70UL)]
    [InlineData(4096, 0UL)]
    [InlineData(4096, (1UL << 54) - 1)]
    [InlineData(4096, ulong.MaxValue)]
    public void A_table_that_is_cut_or_lies_about_its_disk_is_damaged(int length, ulong last)
    {
        byte[] bytes = Samples.Bytes("gpt/sd-boot.bin")[..length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(512 + 0x20), last);
        Finding found = FormatRegistry.Find("gpt")!.Read(Samples.Claimed(bytes))!;
        Assert.Equal(Verdict.Bad, found.Verdict);
        Assert.InRange(found.Length, 1, length);
    }

    [Fact]
    public void Every_byte_of_a_superblock_with_checksums_is_covered()
    {
        for (int at = 1024; at < 2048; at++)
        {
            byte[] bytes = Samples.Bytes("ext/ext4-csum.bin");
            bytes[at] ^= 0x10;
            Finding found = new Ext().Read(Samples.Claimed(bytes))!;
            // The bit that says that there are checksums cannot be told from one that was never set.
            Assert.True(found.Verdict != Verdict.Ok, $"0x{at:x}");
        }
    }

    [Fact]
    public void Without_checksums_nothing_is_proven()
    {
        Finding found = new Ext().Read(Samples.Unclaimed(Samples.Bytes("ext/ext2-old.bin")))!;
        Assert.Equal((Verdict.Unchecked, Confidence.Likely, "ext2"), (found.Verdict, found.Confidence, found.Variant!));
    }

    [Fact]
    public void A_FAT32_is_held_against_the_copy_of_its_boot_sector()
    {
        byte[] bytes = Fat32();
        Finding whole = new Fat().Read(Samples.Unclaimed(bytes))!;
        Assert.Equal(("fat32", Verdict.Ok), (whole.Variant!, whole.Verdict));
        bytes[(6 * 512) + 0x20] ^= 1;
        Assert.Equal([FlawCode.Structure], new Fat().Read(Samples.Unclaimed(bytes))!.Flaws.Select(flaw => flaw.Code));
    }

    /// <summary>A small one: the count of clusters would make it FAT16, the length of the table in the wide field does not.</summary>
    private static byte[] Fat32()
    {
        byte[] bytes = new byte[512 * 512];
        byte[] head =
        [
            0xEB, 0x58, 0x90, .. "UNBRICK "u8, 0, 2, 1, 32, 0, 2, 0, 0, 0, 0, 0xF8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x02, 0, 0,
            4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 6, 0,
        ];
        foreach (int sector in (int[])[0, 6])
        {
            head.CopyTo(bytes, sector * 512);
            (bytes[(sector * 512) + 0x1FE], bytes[(sector * 512) + 0x1FF]) = (0x55, 0xAA);
        }
        "RRaA"u8.CopyTo(bytes.AsSpan(512));
        "rrAa"u8.CopyTo(bytes.AsSpan(512 + 0x1E4));
        bytes[32 * 512] = bytes[36 * 512] = 0xF8;
        return bytes;
    }
}
