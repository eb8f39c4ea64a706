using System.Collections.Immutable;
using Unbrick.Formats;

namespace Unbrick.Recovery.Images;

/// <summary>A file with what was found in it.</summary>
/// <param name="Name">File name, for messages.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Findings">The tiling of them.</param>
public sealed record CheckedImage(string Name, ReadOnlyMemory<byte> Bytes, ImmutableArray<Finding> Findings)
{
    /// <summary>Looks into the bytes.</summary>
    public static CheckedImage Of(string name, ReadOnlyMemory<byte> bytes) => new(name, bytes, ImageScan.Tile(bytes));

    /// <summary>Everything found, also inside of containers, without padding and unknown stretches.</summary>
    public IEnumerable<Finding> All() => All(Findings);

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

    private static IEnumerable<Finding> All(ImmutableArray<Finding> findings) =>
        findings.Where(IsThing).SelectMany(f => All(f.Inside).Prepend(f));

    private static bool IsThing(Finding finding) => finding.Format is not ("padding" or "unknown");
}
