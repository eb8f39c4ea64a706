using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.FileSystems;

/// <summary>
/// UBI: erase blocks of raw flash with volumes in them. A boot loader or kernel refuses blocks whose image sequence number is another one's
/// (two images written over each other) and has no volumes when both copies of the volume table are spoilt.
/// </summary>
public sealed class Ubi : IFormatWriter
{
    private const int MostFlaws = 16;

    public string Id => "ubi";

    public string Title => "UBI volumes on raw flash";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("55 42 49 23 01")];

    public Finding? Read(in FormatInput input)
    {
        bool readable = UbiEraseHeader.TryRead(input.Bytes, out UbiEraseHeader first);
        if (!input.Claimed && !(readable && first.CrcFits && (first.MagicFits || input.AtStart)))
            return null;
        if (UbiArea.Read(input) is not UbiArea area)
            return Short(input);
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!first.MagicFits)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{input.Bytes.Be32(0):x8}, not with \"UBI#\"", input.At));
        CheckBlocks(area, flaws);
        CheckTable(area, flaws);
        ImmutableArray<UbiVolume> volumes = area.Volumes();
        foreach (UbiVolume volume in volumes)
            CheckStatic(area, volume, flaws);
        if (area.CutInBlock)
            flaws.Add(Flaw.Truncated((long)area.Blocks[^1].At + area.BlockSize - input.At, area.End - input.At));
        return new Finding
        {
            Offset = input.At,
            Length = area.End - input.At,
            Format = Id,
            Confidence = first.CrcFits ? Confidence.Certain : Confidence.Guess,
            Facts = UbiFacts.Of(area, volumes),
            Parts = UbiFacts.Parts(area, volumes),
            Volumes = UbiFacts.InPieces(area, volumes),
        }.With([.. flaws.Take(MostFlaws)]);
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected) => PartitionFit.Whole(finding, expected);

    public byte[]? Rewrite(in FormatInput input)
    {
        if (UbiArea.Read(input) is not UbiArea area || area.CutInBlock)
            return null;
        byte[] written = input.Image.Span[input.At..area.End].ToArray();
        foreach (UbiBlock block in area.Blocks)
        {
            Span<byte> bytes = written.AsSpan(block.At - input.At, area.BlockSize);
            if (!bytes.StartsWith(UbiEraseHeader.Magic))
                continue;
            if (block.Volume is UbiVolumeHeader header)
                WriteVolume(area, block, header, bytes);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[UbiEraseHeader.Covered..], Crc32.NotInverted(bytes[..UbiEraseHeader.Covered]));
        }
        return written;
    }

    private static void WriteVolume(UbiArea area, in UbiBlock block, in UbiVolumeHeader header, Span<byte> bytes)
    {
        (int at, int length) = area.DataPlace(block);
        Span<byte> data = bytes.Slice(at - block.At, length);
        for (int id = 0; header.Volume == UbiVolumeHeader.TableVolume && id < UbiVolume.Records(length); id++)
        {
            Span<byte> record = data.Slice(id * UbiVolume.RecordSize, UbiVolume.RecordSize);
            BinaryPrimitives.WriteUInt32BigEndian(record[UbiVolume.Covered..], Crc32.NotInverted(record[..UbiVolume.Covered]));
        }
        Span<byte> own = bytes[(int)block.Erase.VolumeHeaderAt..];
        if (header.HasDataCrc && header.DataSize <= length)
            BinaryPrimitives.WriteUInt32BigEndian(own[UbiVolumeHeader.DataCrcOffset..], Crc32.NotInverted(data[..(int)header.DataSize]));
        BinaryPrimitives.WriteUInt32BigEndian(own[UbiVolumeHeader.Covered..], Crc32.NotInverted(own[..UbiVolumeHeader.Covered]));
    }

    private static void CheckBlocks(UbiArea area, ImmutableArray<Flaw>.Builder flaws)
    {
        uint sequence = area.First.ImageSequence;
        bool mixed = false;
        foreach (UbiBlock block in area.Blocks)
        {
            if (flaws.Count >= MostFlaws)
                return;
            if (block.LooksLikeOne && (long)block.At + area.BlockSize <= area.End)
                flaws.Add(new Flaw(FlawCode.EcCrc, "CRC of an erase counter header does not fit", block.At));
            if (block.State != UbiBlockState.Good)
                continue;
            if (!mixed && block.Erase.ImageSequence != sequence && block.Erase.ImageSequence != 0 && sequence != 0)
            {
                mixed = true;
                flaws.Add(new Flaw(
                    FlawCode.ImageSequence,
                    $"image sequence number {block.Erase.ImageSequence} among blocks with {sequence}: parts of two images", block.At));
            }
            CheckVolumeHeader(area, block, flaws);
        }
    }

    private static void CheckVolumeHeader(UbiArea area, in UbiBlock block, ImmutableArray<Flaw>.Builder flaws)
    {
        if (block.Volume is not UbiVolumeHeader header)
        {
            long at = block.At + (long)block.Erase.VolumeHeaderAt;
            if (at + UbiVolumeHeader.Size <= area.End && !area.IsErased((int)at, UbiVolumeHeader.Size))
                flaws.Add(new Flaw(FlawCode.VidCrc, "neither a volume header nor erased flash", (int)at));
            return;
        }
        if (!header.CrcFits)
        {
            flaws.Add(new Flaw(FlawCode.VidCrc, "CRC of a volume header does not fit", block.At + (int)block.Erase.VolumeHeaderAt));
            return;
        }
        if (!header.HasDataCrc || (long)block.At + area.BlockSize > area.End)
            return;
        if (!area.IsProven(block))
            flaws.Add(new Flaw(FlawCode.DataCrc, $"CRC of block {header.Block} of volume {header.Volume} does not fit", block.At));
    }

    private static void CheckTable(UbiArea area, ImmutableArray<Flaw>.Builder flaws)
    {
        bool any = false;
        bool used = false;
        foreach (UbiBlock block in area.Blocks)
        {
            used |= block.Volume is not null;
            if (block.Volume is not { Volume: UbiVolumeHeader.TableVolume } || (long)block.At + area.BlockSize > area.End)
                continue;
            any = true;
            UbiVolume.ReadTable(area.Data(block), out int broken);
            if (broken >= 0 && flaws.Count < MostFlaws)
                flaws.Add(new Flaw(FlawCode.VolumeTableCrc,
                    $"CRC of record {broken} of the volume table does not fit", area.DataPlace(block).At + (broken * UbiVolume.RecordSize)));
        }
        if (used && !any)
            flaws.Add(new Flaw(FlawCode.MissingMember, "no volume table among the blocks", area.Blocks[0].At));
    }

    /// <summary>A static volume says in every block how many there must be.</summary>
    private static void CheckStatic(UbiArea area, in UbiVolume volume, ImmutableArray<Flaw>.Builder flaws)
    {
        if (!volume.IsStatic || flaws.Count >= MostFlaws)
            return;
        SortedDictionary<uint, UbiBlock> pieces = area.Pieces(volume.Id);
        uint used = pieces.Count == 0 ? 0 : pieces.First().Value.Volume!.Value.UsedBlocks;
        if (pieces.Count < used)
            flaws.Add(new Flaw(FlawCode.Truncated, $"volume {volume.Name} has {pieces.Count} of its {used} blocks", area.Blocks[0].At));
    }

    private Finding Short(in FormatInput input) => new Finding
    {
        Offset = input.At,
        Length = Math.Max(1, input.Length),
        Format = Id,
        Confidence = Confidence.Guess,
    }.With(Flaw.Truncated(UbiEraseHeader.Size, input.Length));
}
