using System.Collections.Immutable;

namespace Unbrick.Formats.Editing;

/// <summary>How two images differ in a region.</summary>
/// <param name="Region">Where.</param>
/// <param name="Differing">Bytes that differ; what one of the two does not have counts as differing.</param>
/// <param name="Runs">Stretches with differences, close ones as one; the first ones when there are many.</param>
/// <param name="Meaning">What the differences mean, as far as that is known.</param>
public sealed record RegionDiff(Region Region, long Differing, ImmutableArray<DiffRun> Runs, ImmutableArray<string> Meaning)
{
    /// <summary>There are more runs than are listed.</summary>
    public bool More { get; init; }
}

/// <summary>A stretch in which two images differ.</summary>
public readonly record struct DiffRun(long At, long Length);
