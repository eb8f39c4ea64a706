using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

/// <summary>
/// The erase blocks of one UBI in an image: their size, how far they go, and the volumes put together from them. Volumes lie in pieces and in
/// any order, so what they hold can only be read after <see cref="Volume(in UbiVolume)"/>.
/// </summary>
public sealed class UbiArea
{
    /// <summary>Blocks without a header (bad, or erased and not yet taken over) that may lie between two of the same UBI.</summary>
    private const int MostMissing = 20;

    private const int SmallestBlock = 0x800, LargestBlock = 0x40_0000;

    private readonly ReadOnlyMemory<byte> _image;

    private UbiArea(ReadOnlyMemory<byte> image, int blockSize, ImmutableArray<UbiBlock> blocks, int end)
    {
        _image = image;
        (BlockSize, Blocks, End) = (blockSize, blocks, end);
        First = blocks.FirstOrDefault(block => block.State == UbiBlockState.Good, blocks[0]).Erase;
    }

    /// <summary>Bytes of a physical erase block (PEB).</summary>
    public int BlockSize { get; }

    /// <summary>Where the last block ends, or the image when that cuts it.</summary>
    public int End { get; }

    internal ImmutableArray<UbiBlock> Blocks { get; }

    /// <summary>The first header that is right: the offsets in it hold for all blocks.</summary>
    internal UbiEraseHeader First { get; }

    internal bool CutInBlock => (long)Blocks[^1].At + BlockSize > End;

    /// <summary>Finds the blocks of the UBI that begins there; null when not one header can be read.</summary>
    public static UbiArea? Read(in FormatInput input)
    {
        if (!UbiEraseHeader.TryRead(input.Bytes, out UbiEraseHeader first))
            return null;
        int size = FindBlockSize(input);
        List<UbiBlock> blocks = [];
        int kept = 0;
        for (long at = input.At; at < input.End; at += size)
        {
            UbiBlock block = ReadBlock(input, (int)at, size);
            blocks.Add(block);
            bool ours = block.State == UbiBlockState.Good
                ? kept == 0 || blocks.Count == kept + 1 || block.Erase.ImageSequence == first.ImageSequence
                : block.LooksLikeOne || kept == 0;
            if (ours)
                kept = blocks.Count;
            else if (blocks.Count - kept > MostMissing)
                break;
        }
        kept = Math.Min(kept, NextArea(blocks, kept));
        ImmutableArray<UbiBlock> all = [.. blocks.Take(kept)];
        return new UbiArea(input.Image, size, all, (int)Math.Min((long)all[^1].At + size, input.End));
    }

    /// <summary>The volumes of the first copy of the volume table that is whole (or nearly); empty when there is none.</summary>
    public ImmutableArray<UbiVolume> Volumes()
    {
        ImmutableArray<UbiVolume> best = [];
        foreach (UbiBlock block in Blocks)
        {
            if (block.Volume is not { Volume: UbiVolumeHeader.TableVolume })
                continue;
            ImmutableArray<UbiVolume> volumes = UbiVolume.ReadTable(Data(block), out int broken);
            if (broken < 0)
                return volumes;
            if (volumes.Length > best.Length)
                best = volumes;
        }
        return best;
    }

    /// <summary>
    /// The content of a volume, its pieces in order; what is missing is erased flash (FF). A static volume is as long as the pieces that
    /// are there reach, a dynamic one as long as the volume table says when the area has that many blocks.
    /// </summary>
    public Volume Volume(in UbiVolume volume)
    {
        SortedDictionary<uint, UbiBlock> pieces = Pieces(volume.Id);
        uint pad = pieces.Count == 0 ? 0 : pieces.First().Value.Volume!.Value.DataPad;
        long each = Math.Max(1, BlockSize - (long)First.DataAt - pad);
        ImmutableArray<VolumePiece>.Builder places = ImmutableArray.CreateBuilder<VolumePiece>(pieces.Count);
        bool proven = pieces.Count > 0;
        long end = 0;
        foreach ((uint number, UbiBlock block) in pieces)
        {
            (int at, int length) = DataPlace(block);
            length = (int)Math.Min(length, each);
            if ((number * each) + length > int.MaxValue)
                break;
            proven &= number == places.Count && IsProven(block);
            if (length > 0)
                places.Add(new VolumePiece(at, length, (int)(number * each)));
            end = (number * each) + length;
        }
        if (!volume.IsStatic && volume.ReservedBlocks <= Blocks.Length)
            end = Math.Max(end, Math.Min(volume.ReservedBlocks * each, int.MaxValue));
        return new Volume { Name = volume.Name, Length = (int)end, Pieces = places.ToImmutable(), Proven = proven && volume.IsStatic };
    }

    /// <summary>The CRC of the block's data is there and fits.</summary>
    internal bool IsProven(in UbiBlock block)
    {
        if (block.Volume is not { HasDataCrc: true } header || (long)block.At + BlockSize > End)
            return false;
        ReadOnlySpan<byte> data = Data(block);
        return header.DataSize <= data.Length && Crc32.NotInverted(data[..(int)header.DataSize]) == header.DataCrc;
    }

    /// <summary>The newest block of each piece of a volume. Pieces with numbers beyond what the area has blocks are nobody's.</summary>
    internal SortedDictionary<uint, UbiBlock> Pieces(int volume)
    {
        SortedDictionary<uint, UbiBlock> pieces = [];
        foreach (UbiBlock block in Blocks)
        {
            if (block.Volume is not UbiVolumeHeader header || !header.CrcFits || header.Volume != volume || header.Block >= Blocks.Length)
                continue;
            if (!pieces.TryGetValue(header.Block, out UbiBlock other) || other.Volume!.Value.Sequence < header.Sequence)
                pieces[header.Block] = block;
        }
        return pieces;
    }

    /// <summary>What a block holds of its volume: as much as its header says (static volumes), else all of it.</summary>
    internal ReadOnlySpan<byte> Data(in UbiBlock block)
    {
        (int at, int length) = DataPlace(block);
        return _image.Span.Slice(at, length);
    }

    internal (int At, int Length) DataPlace(in UbiBlock block)
    {
        long from = Math.Min(block.At + (long)First.DataAt, Math.Min((long)block.At + BlockSize, End));
        long length = Math.Min((long)block.At + BlockSize, End) - from - (block.Volume?.DataPad ?? 0);
        if (block.Volume is { Type: UbiVolumeHeader.Static } header)
            length = Math.Min(length, header.DataSize);
        return ((int)from, (int)Math.Max(0, length));
    }

    internal bool IsErased(int at, int length) => _image.Span.Slice(at, length).IsAll(0xFF);

    /// <summary>Where another UBI begins: blocks with another sequence number that have a volume table of their own.</summary>
    private static int NextArea(List<UbiBlock> blocks, int count)
    {
        uint ours = blocks[0].Erase.ImageSequence;
        int begin = -1;
        uint theirs = 0;
        for (int i = 1; i < count; i++)
        {
            UbiBlock block = blocks[i];
            if (block.State != UbiBlockState.Good)
                continue;
            if (block.Erase.ImageSequence == ours || block.Erase.ImageSequence == 0)
                begin = -1;
            else if (begin < 0 || block.Erase.ImageSequence != theirs)
                (begin, theirs) = (i, block.Erase.ImageSequence);
            if (begin > 0 && block.Volume is { Volume: UbiVolumeHeader.TableVolume })
                return begin;
        }
        return count;
    }

    private static UbiBlock ReadBlock(in FormatInput input, int at, int size)
    {
        ReadOnlySpan<byte> bytes = input.Image.Span[at..(int)Math.Min((long)at + size, input.End)];
        UbiBlockState state = UbiBlockState.Broken;
        if (!UbiEraseHeader.TryRead(bytes, out UbiEraseHeader erase))
            return new(at, state, erase, null);
        if (erase.CrcFits)
            state = UbiBlockState.Good;
        else if (!erase.MagicFits && (bytes[..UbiEraseHeader.Size].IsAll(0xFF) || bytes[..UbiEraseHeader.Size].IsAll(0)))
            state = UbiBlockState.Blank;
        UbiVolumeHeader? volume = null;
        if (erase.VolumeHeaderAt < bytes.Length && UbiVolumeHeader.TryRead(bytes[(int)erase.VolumeHeaderAt..], out UbiVolumeHeader header))
            volume = header;
        return new(at, state, erase, volume);
    }

    /// <summary>
    /// The distance of the headers. Powers of two first, counted only at odd multiples, so that one bad block hides nothing and half the
    /// size is not taken for it; then any distance (DataFlash has blocks of 528 times something).
    /// </summary>
    private static int FindBlockSize(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        for (int size = SmallestBlock; size <= LargestBlock; size *= 2)
        {
            for (int multiple = 1; multiple < 8; multiple += 2)
            {
                if (IsHeader(bytes, (long)size * multiple))
                    return size;
            }
        }
        int at = UbiEraseHeader.Size;
        int end = Math.Min(bytes.Length, LargestBlock);
        while (at < end && bytes[at..end].IndexOf(UbiEraseHeader.Magic) is >= 0 and int step)
        {
            if (IsHeader(bytes, at + step) && at + step >= SmallestBlock)
                return at + step;
            at += step + 4;
        }
        // A single block: as long as what it lies in, when that can be a block; else the usual size of NAND.
        return input.AtStart && int.IsPow2(bytes.Length) && bytes.Length is >= SmallestBlock and <= LargestBlock ? bytes.Length : 0x2_0000;
    }

    private static bool IsHeader(ReadOnlySpan<byte> bytes, long at) =>
        at < bytes.Length && UbiEraseHeader.TryRead(bytes[(int)at..], out UbiEraseHeader header) && header is { MagicFits: true, CrcFits: true };
}
