using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

// Inodes begin with u16 kind, u16 mode, u16 user, u16 group, u32 time, u32 number; then (fs/squashfs/squashfs_fs.h):
//   1 directory   10 u32 block  18 u16 size+3  1A u16 offset          8 the same, larger: 14 u32 size+3  18 u32 block  22 u16 offset
//   2 file        10 u32 first block  14 u32 fragment  18 u32 offset in it  1C u32 size  20 u32 length of each block
//   9 the same, larger: 10 u64 first block  18 u64 size  2C u32 fragment  30 u32 offset in it  38 u32 length of each block
// Directories are runs of: u32 count-1, u32 block of the inodes, u32 number; then entries: u16 offset, u16, u16 kind, u16 length-1, name.
// Fragments: u64 place, u32 length, u32 0. A length with bit 24 set is that of a block stored as it is; 0 is a hole.

/// <summary>Lists the files of a squashfs and reads small ones. Unpacks all tables once, which proves them whole.</summary>
public sealed class SquashfsReader
{
    private const int MostEntries = 1 << 17, MostDepth = 64, Stored = 1 << 24;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly SquashfsSuperblock _super;
    private readonly ReadBudget _budget;
    private readonly SquashfsMetadata _inodes, _directories, _fragments;
    private (long At, byte[] Plain)? _lastBlock;

    private SquashfsReader(ReadOnlyMemory<byte> bytes, in SquashfsSuperblock super, ReadBudget budget)
    {
        (_bytes, _super, _budget) = (bytes, super, budget);
        long end = (long)super.BytesUsed;
        long fragments = FirstBlock(super.FragmentTable, super.Fragments > 0);
        long export = FirstBlock(super.ExportTable, super.ExportTable != SquashfsSuperblock.NoTable);
        long ids = FirstBlock(super.IdTable, true);
        _inodes = Table((long)super.InodeTable, (long)super.DirectoryTable);
        _directories = Table((long)super.DirectoryTable, Earliest(end, fragments, export, ids));
        _fragments = fragments >= 0 ? Table(fragments, (long)super.FragmentTable) : Table(0, 0);
        if (export >= 0)
            Table(export, (long)super.ExportTable);
        if (ids >= 0)
            Table(ids, (long)super.IdTable);
        if (ids < 0 && Broken is null)
            (Broken, BrokenAt) = ("the id table points nowhere", (long)super.IdTable);
        if (fragments < 0 && super.Fragments > 0 && Broken is null)
            (Broken, BrokenAt) = ("the fragment table points nowhere", (long)Math.Min(super.FragmentTable, super.BytesUsed));
    }

    /// <summary>What is wrong with the first table block that does not unpack, and where it stands; null when all do.</summary>
    public string? Broken { get; private set; }

    public long BrokenAt { get; private set; } = -1;

    /// <summary>The tables could not be looked into: a compression that is not known here, or a spent budget.</summary>
    public bool Unread { get; private set; }

    /// <summary>The inodes, and for each fragment 16 bytes: its place (8) and its length as blocks have it (4).</summary>
    internal SquashfsMetadata Inodes => _inodes;

    internal SquashfsMetadata Fragments => _fragments;

    /// <summary>Opens a file system whose superblock has been found to be in order.</summary>
    internal static SquashfsReader Open(ReadOnlyMemory<byte> bytes, in SquashfsSuperblock super, ReadBudget budget) => new(bytes, super, budget);

    /// <summary>Opens what begins there; null when it is none of version 4, or its tables lie outside.</summary>
    public static SquashfsReader? Open(ReadOnlyMemory<byte> bytes, ReadBudget budget) =>
        SquashfsSuperblock.TryRead(bytes.Span, out SquashfsSuperblock super)
            && super is { VersionFits: true, TablesFit: true, BlockFits: true, CompressionFits: true }
            && super.BytesUsed <= (ulong)bytes.Length
            ? new SquashfsReader(bytes, super, budget)
            : null;

    /// <summary>All entries, directories before what is in them; as many as can be read, each directory once.</summary>
    public IEnumerable<SquashfsFile> Files()
    {
        Stack<SquashfsFile> open = new([new SquashfsFile("", 1, 0, _super.Root)]);
        HashSet<ulong> seen = [];
        int count = 0;
        while (open.TryPop(out SquashfsFile? directory))
        {
            if (!seen.Add(directory.Inode) || directory.Path.Count(c => c == '/') > MostDepth)
                continue;
            foreach (SquashfsFile entry in Entries(directory))
            {
                if (++count > MostEntries)
                    yield break;
                if (entry.Kind == 1)
                    open.Push(entry);
                yield return entry;
            }
        }
    }

    /// <summary>The entry with that path, or null.</summary>
    public SquashfsFile? Find(string path)
    {
        SquashfsFile at = new("", 1, 0, _super.Root);
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string wanted = $"{at.Path}/{name}";
            if (Entries(at).FirstOrDefault(entry => entry.Path == wanted) is not { } next)
                return null;
            at = next;
        }
        return at;
    }

    /// <summary>The content of a file; null when it is none, is larger than <paramref name="most"/>, or cannot be read.</summary>
    public byte[]? Read(SquashfsFile file, int most)
    {
        ReadOnlySpan<byte> inode = Inode(file.Inode);
        if (FilePlace(inode) is not (long at, long size, uint fragment, uint offset, int blocks) || size > most)
            return null;
        byte[] content = new byte[size];
        int done = 0;
        long whole = fragment == uint.MaxValue ? (size + _super.BlockSize - 1) / _super.BlockSize : size / _super.BlockSize;
        for (int i = 0; i < whole; i++)
        {
            if (blocks + (i * 4) + 4 > inode.Length)
                return null;
            uint length = inode.Le32(blocks + (i * 4));
            int wanted = (int)Math.Min(_super.BlockSize, size - done);
            if (length != 0)
            {
                if (Block(at, length) is not byte[] plain || plain.Length < wanted)
                    return null;
                plain.AsSpan(0, wanted).CopyTo(content.AsSpan(done));
            }
            at += length & ~Stored;
            done += wanted;
        }
        if (done == size)
            return content;
        ReadOnlySpan<byte> entry = _fragments.At(FragmentBlock(fragment), (int)(fragment % 512) * 16);
        if (entry.Length < 16 || entry.Le64(0) > long.MaxValue || Block((long)entry.Le64(0), entry.Le32(8)) is not byte[] tails)
            return null;
        if (offset + (size - done) > tails.Length)
            return null;
        tails.AsSpan((int)offset, (int)(size - done)).CopyTo(content.AsSpan(done));
        return content;
    }

    private List<SquashfsFile> Entries(SquashfsFile directory)
    {
        List<SquashfsFile> entries = [];
        ReadOnlySpan<byte> inode = Inode(directory.Inode);
        if (inode.Length < 0x20 || inode.Le16(0) is not (1 or 8) || (inode.Le16(0) == 8 && inode.Length < 0x28))
            return entries;
        bool large = inode.Le16(0) == 8;
        long size = (large ? inode.Le32(0x14) : inode.Le16(0x18)) - 3L;
        ReadOnlySpan<byte> rows = _directories.At(large ? inode.Le32(0x18) : inode.Le32(0x10), large ? inode.Le16(0x22) : inode.Le16(0x1A));
        rows = rows[..(int)Math.Clamp(size, 0, rows.Length)];
        while (rows.Length >= 12)
        {
            (uint count, uint block) = (rows.Le32(0), rows.Le32(4));
            rows = rows[12..];
            for (long i = 0; i <= count && rows.Length >= 8 && entries.Count < MostEntries; i++)
            {
                int length = rows.Le16(6) + 1;
                if (length > 256 || 8 + length > rows.Length)
                    return entries;
                ulong place = ((ulong)block << 16) | rows.Le16(0);
                string path = $"{directory.Path}/{SafeText.Show(rows.Slice(8, length), 256)}";
                long fileSize = FilePlace(Inode(place)) is (_, long bytes, _, _, _) ? bytes : 0;
                entries.Add(new SquashfsFile(path, rows.Le16(4), fileSize, place));
                rows = rows[(8 + length)..];
            }
        }
        return entries;
    }

    private ReadOnlySpan<byte> Inode(ulong place) => _inodes.At((long)(place >> 16), (int)(place & 0xFFFF));

    /// <summary>Where a file's content lies, by its inode; null when it is none of a file.</summary>
    internal static (long At, long Size, uint Fragment, uint Offset, int Blocks)? FilePlace(ReadOnlySpan<byte> inode) => inode.Length switch
    {
        >= 0x20 when inode.Le16(0) == 2 => (inode.Le32(0x10), inode.Le32(0x1C), inode.Le32(0x14), inode.Le32(0x18), 0x20),
        >= 0x38 when inode.Le16(0) == 9 && inode.Le64(0x10) < int.MaxValue && inode.Le64(0x18) < long.MaxValue =>
            ((long)inode.Le64(0x10), (long)inode.Le64(0x18), inode.Le32(0x2C), inode.Le32(0x30), 0x38),
        _ => null,
    };

    /// <summary>The place of the fragment table's block that has this fragment, as the table counts.</summary>
    private long FragmentBlock(uint fragment)
    {
        long index = (long)_super.FragmentTable + (fragment / 512 * 8L);
        long first = FirstBlock(_super.FragmentTable, _super.Fragments > 0);
        return first < 0 || index + 8 > _bytes.Length ? -1 : (long)Math.Min(_bytes.Span.Le64((int)index), int.MaxValue) - first;
    }

    private byte[]? Block(long at, uint length)
    {
        int packed = (int)(length & (Stored - 1));
        if (at < 0 || at + packed > _bytes.Length)
            return null;
        if (_lastBlock is (long last, byte[] kept) && last == at)
            return kept;
        ReadOnlySpan<byte> bytes = _bytes.Span.Slice((int)at, packed);
        byte[]? plain = (length & Stored) != 0 ? bytes.ToArray() : null;
        if (plain is null && _budget.Unpackable >= _super.BlockSize)
            plain = SquashfsPacking.Unpack(_super.Compression, bytes, (int)_super.BlockSize).Plain;
        if (plain is not null)
        {
            _budget.Spend(plain.Length);
            _lastBlock = (at, plain);
        }
        return plain;
    }

    private SquashfsMetadata Table(long from, long to)
    {
        SquashfsMetadata table = SquashfsMetadata.Read(_bytes.Span, from, Math.Min(to, _bytes.Length), _super.Compression, _budget);
        if (table.Broken is not null && Broken is null)
            (Broken, BrokenAt) = (table.Broken, table.BrokenAt);
        Unread |= table.Unread;
        return table;
    }

    /// <summary>Where the blocks of a table begin that has an index of their places; -1 when it has none, or none that lies before it.</summary>
    private long FirstBlock(ulong index, bool there)
    {
        if (!there || index > (ulong)_bytes.Length - 8)
            return -1;
        ulong first = _bytes.Span.Le64((int)index);
        return first > _super.DirectoryTable && first < index ? (long)first : -1;
    }

    private static long Earliest(long end, params ReadOnlySpan<long> places)
    {
        foreach (long place in places)
            end = place >= 0 ? Math.Min(end, place) : end;
        return end;
    }
}
