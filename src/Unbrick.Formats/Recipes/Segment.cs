using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>Where a stretch of a built file comes from.</summary>
/// <param name="At">In the result.</param>
/// <param name="Size">Bytes.</param>
/// <param name="From">Name of the input in the recipe; null for filling.</param>
/// <param name="Offset">In the input's file.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="What">In words.</param>
/// <param name="Sha256">Of these bytes as they were put in, before any step.</param>
public sealed record Segment(long At, long Size, string? From, long Offset, RegionKind Kind, string? What, string Sha256);
