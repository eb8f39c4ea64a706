using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

/// <summary>A run of JFFS2 nodes with the erased gaps and blocks between them, up to the end of the last erase block that has a node.</summary>
internal sealed class Jffs2Run
{
    private const int UsualBlock = 0x1_0000, SmallestBlock = 0x1000, LargestBlock = 0x10_0000, MostFlaws = 8;

    private readonly ImmutableArray<Flaw>.Builder _flaws = ImmutableArray.CreateBuilder<Flaw>();
    private readonly HashSet<int> _dirty = [];
    private int _lastMarker = -1;
    private bool _blockKnown;

    public int Length { get; private set; }

    /// <summary>From the distance of clean markers; without them 64 KiB, or more when a node crosses that.</summary>
    public int EraseBlock { get; private set; } = UsualBlock;

    public int Nodes { get; private set; }

    public int Obsolete { get; private set; }

    public int Inodes { get; private set; }

    public int CleanMarkers { get; private set; }

    /// <summary>Erase blocks up to the end.</summary>
    public int Blocks => (int)(((long)Length + EraseBlock - 1) / EraseBlock);

    /// <summary>Erase blocks of nothing but FF; with a clean marker and nothing else.</summary>
    public int ErasedBlocks { get; private set; }

    public int FreeBlocks { get; private set; }

    /// <summary>Erase blocks with something to collect, and how much: obsolete nodes and bytes that are no node.</summary>
    public int DirtyBlocks => _dirty.Select(place => (int)((long)place * SmallestBlock / EraseBlock)).Distinct().Count();

    public long DirtyBytes { get; private set; }

    public ImmutableArray<Flaw> Flaws => _flaws.ToImmutable();

    /// <summary>Follows the nodes from the beginning of the input.</summary>
    /// <param name="input">Where to.</param>
    /// <param name="bigEndian">The order of the first node.</param>
    /// <param name="firstWhole">The first node's header is right; if not, it is passed over.</param>
    public static Jffs2Run Follow(in FormatInput input, bool bigEndian, bool firstWhole)
    {
        Jffs2Run run = new();
        ReadOnlySpan<byte> bytes = input.Bytes;
        int at = firstWhole ? 0 : 4;
        int end = at;
        while (at < bytes.Length)
        {
            if (Jffs2Node.TryRead(bytes[at..], bigEndian, out Jffs2Node node))
            {
                at = run.Take(input, at, node);
                end = Math.Min(at, bytes.Length);
                continue;
            }
            int next = run.Next(bytes, at, bigEndian, out bool garbage);
            if (next < 0 && !(garbage && at % run.EraseBlock == 0))
                next = run.BehindErased(bytes, at, bigEndian);
            if (garbage && next >= 0)
                run.SeeSpoilt(bytes[at..next], at);
            if (garbage && (next >= 0 || LooksLikeNode(bytes, at, bigEndian)))
                run.Add(new Flaw(FlawCode.NodeCrc, "what stands here is no node: its header's CRC does not fit", input.At + at));
            if (next < 0)
                break;
            at = next;
        }
        run.Length = Math.Max(1, run.RoundUp(input, end));
        run.CountBlocks(bytes[..run.Length], bigEndian);
        return run;
    }

    private void SeeSpoilt(ReadOnlySpan<byte> bytes, int at)
    {
        int first = bytes.IndexOfAnyExcept((byte)0xFF);
        if (first >= 0)
            SeeDirty(at + first, bytes.LastIndexOfAnyExcept((byte)0xFF) + 1 - first);
    }

    private void SeeDirty(int at, int length)
    {
        DirtyBytes += length;
        for (int place = at / SmallestBlock; place <= (at + Math.Max(1, length) - 1) / SmallestBlock; place++)
            _dirty.Add(place);
    }

    private void CountBlocks(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> block = bytes[..Math.Min(EraseBlock, bytes.Length)];
            bytes = bytes[block.Length..];
            if (block[0] == 0xFF)
                ErasedBlocks += block.IsAll(0xFF) ? 1 : 0;
            else if (Jffs2Node.TryRead(block, bigEndian, out Jffs2Node node) && node.Type == Jffs2Node.CleanMarker)
                FreeBlocks += node.Length <= block.Length && block[node.Length..].IsAll(0xFF) ? 1 : 0;
        }
    }

    /// <summary>
    /// Erased blocks are free space of the file system when a block that begins with a node follows; when anything else does, or nothing,
    /// they belong to nobody. -1 then.
    /// </summary>
    private int BehindErased(ReadOnlySpan<byte> bytes, int at, bool bigEndian)
    {
        long next = ((at + (long)EraseBlock - 1) / EraseBlock) * EraseBlock;
        if (next >= bytes.Length)
            return -1;
        int erased = bytes[(int)next..].IndexOfAnyExcept((byte)0xFF);
        if (erased <= 0 || erased % EraseBlock != 0)
            return -1;
        int found = (int)next + erased;
        if (!Jffs2Node.TryRead(bytes[found..], bigEndian, out _))
            return -1;
        _lastMarker = -1; // erased blocks in between: the distance tells nothing
        return found;
    }

    private int Take(in FormatInput input, int at, in Jffs2Node node)
    {
        Nodes++;
        Obsolete += node.Obsolete ? 1 : 0;
        if (node.Obsolete)
            SeeDirty(at, Math.Min(node.Length, input.Length - at));
        Inodes += node is { Type: Jffs2Node.Inode, Obsolete: false } ? 1 : 0;
        if (node.Type == Jffs2Node.CleanMarker)
            SeeMarker(at);
        long end = (long)at + node.Length;
        if (end > input.Length)
        {
            Add(new Flaw(FlawCode.Truncated,
                $"a node of {node.Length:N0} bytes at 0x{input.At + at:x}, {input.Length - at:N0} are there", input.At + at));
            return input.Length;
        }
        while (!_blockKnown && EraseBlock < LargestBlock && at / EraseBlock != (end - 1) / EraseBlock)
            EraseBlock *= 2;
        if (node.Damage(input.Bytes.Slice(at, node.Length)) is string damage)
            Add(new Flaw(FlawCode.NodeCrc, damage, input.At + at));
        return (int)Math.Min(end + 3 & ~3L, input.Length);
    }

    private void SeeMarker(int at)
    {
        CleanMarkers++;
        int distance = _lastMarker < 0 ? 0 : at - _lastMarker;
        _lastMarker = at;
        if (_blockKnown || distance is < SmallestBlock or > LargestBlock || !int.IsPow2(distance))
            return;
        (EraseBlock, _blockKnown) = (distance, true);
    }

    /// <summary>
    /// The next node behind erased or spoilt bytes, in this erase block or at the beginning of the next; -1 when there is none.
    /// </summary>
    private int Next(ReadOnlySpan<byte> bytes, int at, bool bigEndian, out bool garbage)
    {
        int erased = bytes[at..].IndexOfAnyExcept((byte)0xFF);
        int from = erased < 0 ? bytes.Length : at + erased & ~3;
        garbage = erased is >= 0 and < 4;
        int blockEnd = (int)Math.Min(((long)at / EraseBlock * EraseBlock) + EraseBlock, bytes.Length - Jffs2Node.HeaderSize);
        if (!garbage)
            return from <= blockEnd && Jffs2Node.TryRead(bytes[from..], bigEndian, out _)
                ? from : SpoiltNext(bytes, from, blockEnd, bigEndian, out garbage);
        return SpoiltNext(bytes, from, blockEnd, bigEndian, out garbage);
    }

    private static int SpoiltNext(ReadOnlySpan<byte> bytes, int from, int blockEnd, bool bigEndian, out bool garbage)
    {
        garbage = from < blockEnd;
        for (int at = from; at <= blockEnd; at += 4)
        {
            if (Jffs2Node.TryRead(bytes[at..], bigEndian, out _))
                return at;
        }
        return -1;
    }

    private static bool LooksLikeNode(ReadOnlySpan<byte> bytes, int at, bool bigEndian) =>
        at + 2 <= bytes.Length && (bigEndian ? bytes.Be16(at) : bytes.Le16(at)) == Jffs2Node.Magic;

    /// <summary>To the end of the erase block when it is erased; to the end of a file that holds nothing else.</summary>
    private int RoundUp(in FormatInput input, int end)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (input.AtStart && bytes[end..].IsAll(0xFF))
            return bytes.Length;
        int blockEnd = (int)Math.Min(((long)end + EraseBlock - 1) / EraseBlock * EraseBlock, bytes.Length);
        return bytes[end..blockEnd].IsAll(0xFF) ? blockEnd : end;
    }

    private void Add(Flaw flaw)
    {
        if (_flaws.Count < MostFlaws)
            _flaws.Add(flaw);
    }
}
