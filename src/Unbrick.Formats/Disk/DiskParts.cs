using System.Collections.Immutable;

namespace Unbrick.Formats.Disk;

/// <summary>Partitions as parts of a disk: those that lie in it, the end cut off where the disk is cut.</summary>
internal static class DiskParts
{
    /// <summary>The parts, from names, places and lengths in bytes on the disk.</summary>
    public static ImmutableArray<Part> Of(int disk, int length, IEnumerable<(string Name, long From, long Length)> partitions) =>
    [
        .. partitions.Where(p => p.From > 0 && p.Length > 0 && p.From < length)
            .Select(p => new Part(p.Name, disk + (int)p.From, (int)Math.Min(p.Length, length - p.From))),
    ];
}
