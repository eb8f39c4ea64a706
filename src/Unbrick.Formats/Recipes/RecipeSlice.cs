using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>A stretch of what is built: from an input, or filled with one byte.</summary>
public sealed record RecipeSlice
{
    /// <summary>Where in the result, which is where in the flash.</summary>
    public long At { get; init; }

    /// <summary>Bytes; 0 for all that the input has from there.</summary>
    public long Length { get; init; }

    /// <summary>In place of <see cref="At"/> and <see cref="Length"/>: every region of these kinds of the device's map.</summary>
    public ImmutableArray<RegionKind> Kinds { get => field.IsDefault ? [] : field; init; }

    /// <summary>Name of the input; null to fill.</summary>
    public string? From { get; init; }

    /// <summary>Where in the flash it is taken from, when that is another place than where it goes to.</summary>
    public long? Offset { get; init; }

    /// <summary>Taken from this input when the user says that his own bytes are damaged.</summary>
    public string? Or { get; init; }

    /// <summary>The byte to fill with, or to pad with where the input ends early; without it, an input that ends early is an error.</summary>
    public int? Fill { get; init; }

    /// <summary>What it is for.</summary>
    public RegionKind Kind { get; init; }

    /// <summary>In words, for the plan: <c>kernel and root file system</c>.</summary>
    public string? What { get; init; }
}
