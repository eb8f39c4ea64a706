using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Formats.Identify;

namespace Unbrick.Recovery.Images;

/// <summary>A file with what was found in it.</summary>
/// <param name="Name">File name, for messages.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Findings">The tiling of them.</param>
public sealed record CheckedImage(string Name, ReadOnlyMemory<byte> Bytes, ImmutableArray<Finding> Findings)
{
    /// <summary>The firmware in an identified file, out of its archive if it is in one.</summary>
    public static CheckedImage Of(Identification file)
    {
        ArgumentNullException.ThrowIfNull(file);
        while (file.Inner is { } inner)
            file = inner;
        return new CheckedImage(file.Name, file.Bytes, file.Findings);
    }

    /// <summary>Looks into the bytes.</summary>
    public static CheckedImage Of(string name, ReadOnlyMemory<byte> bytes) => new(name, bytes, ImageScan.Tile(bytes));

    /// <summary>
    /// Everything found, also inside of containers and in volumes that lie in pieces (their positions are those in the volume), without
    /// padding and unknown stretches.
    /// </summary>
    public IEnumerable<Finding> All() => All(Findings, volumes: true);

    /// <summary>Everything whose positions are those in the file.</summary>
    public IEnumerable<Finding> InPlace() => All(Findings, volumes: false);

    /// <summary>The volumes that lie in pieces and were put together.</summary>
    public IEnumerable<Volume> Volumes() => InPlace().SelectMany(f => f.Volumes).Where(volume => !volume.Inside.IsEmpty);

    /// <summary>Everything found in a volume, with positions in it.</summary>
    public static IEnumerable<Finding> In(Volume volume) => All(volume.Inside, volumes: false);

    /// <summary>What the file begins with: the outermost thing, then what begins that, and so on.</summary>
    public IEnumerable<Finding> Beginning()
    {
        ImmutableArray<Finding> level = Findings;
        while (level is [{ } first, ..] && IsThing(first))
        {
            yield return first;
            level = first.Inside;
        }
    }

    private static IEnumerable<Finding> All(ImmutableArray<Finding> findings, bool volumes) => findings.Where(IsThing).SelectMany(f =>
        All(f.Inside, volumes).Prepend(f).Concat(volumes ? f.Volumes.SelectMany(volume => All(volume.Inside, volumes)) : []));

    private static bool IsThing(Finding finding) => finding.Format is not ("padding" or "unknown");
}
