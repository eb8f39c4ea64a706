using System.Collections.Immutable;

namespace Unbrick.Formats.FileSystems;

/// <summary>What can be told about a UBI: its geometry, its volumes, and those that lie in one piece.</summary>
internal static class UbiFacts
{
    public static ImmutableArray<Fact> Of(UbiArea area, ImmutableArray<UbiVolume> volumes) =>
    [
        Fact.Number("peb", area.BlockSize),
        Fact.Number("pebs", area.Blocks.Length),
        Fact.Number("vid_off", area.First.VolumeHeaderAt),
        Fact.Number("data_off", area.First.DataAt),
        Fact.Number("image_seq", area.First.ImageSequence),
        Fact.List("volumes", [.. volumes.Select(volume => volume.Name)]),
        Fact.Map("volume_blocks", Sizes(area, volumes)),
        Fact.Number("free_pebs", area.Blocks.Count(block => block.State == UbiBlockState.Good && block.Volume is null)),
        Fact.Number("foreign_pebs", area.Blocks.Count(block => block.State != UbiBlockState.Good && !block.LooksLikeOne)),
        Fact.Number("most_erased", (long)area.Blocks.Max(block =>
            block.State == UbiBlockState.Good ? Math.Min(block.Erase.EraseCount, int.MaxValue) : 0)),
    ];

    /// <summary>Volumes of a single block lie in one piece.</summary>
    public static ImmutableArray<Part> Parts(UbiArea area, ImmutableArray<UbiVolume> volumes)
    {
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        foreach (UbiVolume volume in volumes)
        {
            SortedDictionary<uint, UbiBlock> pieces = area.Pieces(volume.Id);
            if (pieces.Count != 1 || !pieces.ContainsKey(0))
                continue;
            (int at, int length) = area.DataPlace(pieces[0]);
            if (length > 0)
                parts.Add(new Part(volume.Name, at, length));
        }
        return parts.DrainToImmutable();
    }

    /// <summary>Volumes of more blocks do not, whatever their blocks look like: headers lie between.</summary>
    public static ImmutableArray<Volume> InPieces(UbiArea area, ImmutableArray<UbiVolume> volumes) =>
    [
        .. volumes.Where(volume => area.Pieces(volume.Id) is { Count: > 0 } pieces && (pieces.Count > 1 || !pieces.ContainsKey(0)))
            .Select(volume => area.Volume(volume)),
    ];

    private static ImmutableSortedDictionary<string, string> Sizes(UbiArea area, ImmutableArray<UbiVolume> volumes)
    {
        ImmutableSortedDictionary<string, string>.Builder sizes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (UbiVolume volume in volumes)
            sizes[volume.Name] = $"{(volume.IsStatic ? "static" : "dynamic")}, {area.Pieces(volume.Id).Count} used, {volume.ReservedBlocks} reserved";
        return sizes.ToImmutable();
    }
}
