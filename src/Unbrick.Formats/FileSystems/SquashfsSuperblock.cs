using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// 96 bytes, little-endian (linux Documentation/filesystems/squashfs.rst, fs/squashfs/squashfs_fs.h):
//   00  4  "hsqs"          14  2  compression    20  8  root inode          40  8  inode table
//   04  4  inodes          16  2  log2 of 0C     28  8  bytes in use        48  8  directory table
//   08  4  time            18  2  flags          30  8  id table            50  8  fragment table
//   0C  4  block size      1A  2  ids            38  8  xattr table         58  8  export table
//   10  4  fragments       1C  2  version 4   1E 2 0                       (FF.. = there is none)

/// <summary>The superblock of a squashfs of version 4.</summary>
public readonly record struct SquashfsSuperblock(
    uint Magic, uint Inodes, uint Time, uint BlockSize, uint Fragments, ushort Compression, ushort BlockLog, ushort Flags, ushort Ids, ushort Major,
    ushort Minor, ulong Root, ulong BytesUsed, ulong IdTable, ulong XattrTable, ulong InodeTable, ulong DirectoryTable, ulong FragmentTable,
    ulong ExportTable)
{
    public const int Size = 96;

    public const uint UsualMagic = 0x7371_7368;

    /// <summary>What stands for the place of a table that is not there.</summary>
    public const ulong NoTable = ulong.MaxValue;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SquashfsSuperblock superblock)
    {
        superblock = default;
        if (bytes.Length < Size)
            return false;
        superblock = new(
            bytes.Le32(0), bytes.Le32(4), bytes.Le32(8), bytes.Le32(0xC), bytes.Le32(0x10), bytes.Le16(0x14), bytes.Le16(0x16), bytes.Le16(0x18),
            bytes.Le16(0x1A), bytes.Le16(0x1C), bytes.Le16(0x1E), bytes.Le64(0x20), bytes.Le64(0x28), bytes.Le64(0x30), bytes.Le64(0x38),
            bytes.Le64(0x40), bytes.Le64(0x48), bytes.Le64(0x50), bytes.Le64(0x58));
        return true;
    }

    /// <summary>
    /// The vendor's name for the magic number, null when it is the usual one; "" when it is none. Vendors changed it where they had changed
    /// the compression (LZMA before squashfs had it).
    /// </summary>
    public string? Variant => Magic switch
    {
        UsualMagic => null,
        0x6873_7173 => "sqsh",
        0x7471_7368 => "hsqt",
        0x6873_7174 => "tqsh",
        0x7368_7371 => "qshs",
        0x7A6C_7173 => "sqlz",
        0x7173_6873 => "shsq",
        _ => "",
    };

    public bool VersionFits => Major == 4 && Minor == 0;

    public bool BlockFits => BlockLog is >= 12 and <= 20 && BlockSize == 1u << BlockLog;

    public bool CompressionFits => Compression is >= 1 and <= 6;

    /// <summary>All tables lie behind the superblock, in their order, before the end.</summary>
    public bool TablesFit =>
        InodeTable >= Size && InodeTable < DirectoryTable && DirectoryTable < BytesUsed && IdTable > DirectoryTable && IdTable < BytesUsed
        && Inside(FragmentTable) && Inside(ExportTable) && Inside(XattrTable);

    /// <summary>How many of six things agree; one damaged field leaves four at the least.</summary>
    public int Agreements =>
        (VersionFits ? 1 : 0) + (BlockFits ? 1 : 0) + (CompressionFits ? 1 : 0) + (TablesFit ? 1 : 0)
        + (BytesUsed is > Size and <= int.MaxValue ? 1 : 0) + (Inodes > 0 && Inodes < BytesUsed && Ids > 0 ? 1 : 0);

    private bool Inside(ulong table) => table == NoTable || (table >= DirectoryTable && table < BytesUsed);
}
