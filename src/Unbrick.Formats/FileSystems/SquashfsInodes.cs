using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// The inode table is a row of inodes (linux Documentation/filesystems/squashfs.rst, fs/squashfs/squashfs_fs.h), each with 16 bytes of head (its
// type first) and then, all little-endian:
//    1 directory 16 bytes            8 the same 24, and for each of u16 at 20 index entries 12 bytes and a name (length - 1 at 8)
//    2 file      16 and block sizes  9 the same 40 and block sizes
//    3 link      8 and the target   10 the same and 4      4, 5 devices 8, 11, 12 the same 12      6, 7 pipes 4, 13, 14 the same 8

/// <summary>A file as its inode says: where its blocks begin, and what is left for a fragment.</summary>
/// <param name="Inode">Where the inode stands, as directories name it.</param>
/// <param name="At">First block.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="Fragment">Number of the fragment that has its tail; FF.. for none.</param>
/// <param name="Offset">Where in the fragment.</param>
/// <param name="Sizes">Where in the table the sizes of its blocks stand.</param>
internal readonly record struct SquashfsContent(ulong Inode, long At, long Size, uint Fragment, uint Offset, int Sizes)
{
    public const uint NoFragment = uint.MaxValue;

    public bool HasFragment => Fragment != NoFragment;

    /// <summary>Blocks of its own.</summary>
    public long Blocks(long blockSize) => HasFragment ? Size / blockSize : (Size + blockSize - 1) / blockSize;
}

/// <summary>Goes over the inode table from its beginning; a type that is not known ends it, because its length is not.</summary>
internal ref struct SquashfsInodes(SquashfsMetadata table, long blockSize)
{
    private const int Head = 16, DirectoryIndex = 12;

    private readonly ReadOnlySpan<byte> _plain = table.Plain;
    private int _next;

    /// <summary>Inodes that were passed.</summary>
    public int Count { get; private set; }

    /// <summary>The table was followed to its end.</summary>
    public readonly bool AtEnd => _next == _plain.Length;

    /// <summary>The next file with content; false at the end, or where the table cannot be followed.</summary>
    public bool TryNext(out SquashfsContent file)
    {
        file = default;
        while (_next + Head <= _plain.Length)
        {
            ReadOnlySpan<byte> inode = _plain[_next..];
            int at = _next, type = inode.Le16(0);
            bool isFile = SquashfsReader.FilePlace(inode) is (long from, long size, uint fragment, uint offset, int sizes)
                && (file = new(table.PlaceOf(at), from, size, fragment, offset, at + sizes)).Size >= 0;
            long length = isFile ? file.Sizes - at + (file.Blocks(blockSize) * 4) : LengthOf(inode, type);
            if (length <= 0 || length > inode.Length)
                return false;
            _next += (int)length;
            Count++;
            if (isFile)
                return true;
        }
        return false;
    }

    private static long LengthOf(ReadOnlySpan<byte> inode, int type) => type switch
    {
        1 => 0x20,
        3 when inode.Length >= 0x18 => 0x18L + inode.Le32(0x14),
        10 when inode.Length >= 0x18 => 0x1CL + inode.Le32(0x14),
        4 or 5 => 0x18,
        6 or 7 => 0x14,
        8 when inode.Length >= 0x28 => IndexedDirectory(inode),
        11 or 12 => 0x1C,
        13 or 14 => 0x18,
        _ => 0,
    };

    private static long IndexedDirectory(ReadOnlySpan<byte> inode)
    {
        long at = 0x28;
        for (int entries = inode.Le16(0x20); entries > 0; entries--)
        {
            if (at + DirectoryIndex > inode.Length)
                return 0;
            at += DirectoryIndex + inode.Le32((int)at + 8) + 1L;
        }
        return at;
    }
}
