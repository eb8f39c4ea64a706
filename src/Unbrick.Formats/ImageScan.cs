using System.Collections.Immutable;
using Unbrick.Formats.Scan;

namespace Unbrick.Formats;

/// <summary>
/// One pass over any file: what lies where. Every byte is accounted for, so that nobody has to wonder what is in the rest of a dump.
/// </summary>
public static class ImageScan
{
    /// <summary>A run of one byte.</summary>
    public const string Padding = "padding";

    /// <summary>What no format knows; has the fact <c>entropy</c>.</summary>
    public const string Unknown = "unknown";

    /// <summary>Bytes that may be unpacked in a scan whatever the size of the image, and how many more for each byte of it.</summary>
    private const long UnpackedAlways = 32L << 20, UnpackedPerByte = 16;

    /// <summary>
    /// A tiling of the image: sorted, without overlap, without gap. The parts of what was found are tiled in turn into
    /// <see cref="Finding.Inside"/>, with positions in the image.
    /// </summary>
    /// <param name="image">Anything from one byte to a gigabyte; nothing for nothing.</param>
    /// <param name="budget">Bounds for unpacking and depth; by default such as an honest image of this size never meets.</param>
    public static ImmutableArray<Finding> Tile(ReadOnlyMemory<byte> image, ReadBudget? budget = null)
    {
        if (image.IsEmpty)
            return [];
        budget ??= new ReadBudget(Unpacked(image));
        return new Tiler(image, PatternIndex.Registered, budget).Tile();
    }

    /// <summary>The same, with the content of file systems unpacked to prove it: seconds in place of milliseconds.</summary>
    public static ImmutableArray<Finding> TileDeep(ReadOnlyMemory<byte> image) =>
        Tile(image, new ReadBudget(Unpacked(image), mostProven: ReadBudget.ThoroughProof));

    private static long Unpacked(ReadOnlyMemory<byte> image) => Math.Min(ReadBudget.UsualUnpacked, UnpackedAlways + (UnpackedPerByte * image.Length));
}
