using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Formats.Recipes;

/// <summary>What a recipe came to.</summary>
public sealed record RecipeResult
{
    /// <summary>The file; null when a check refused.</summary>
    public byte[]? Image { get; init; }

    public ImmutableArray<Segment> Segments { get; init; } = [];

    /// <summary>All checks that were made, on inputs and result.</summary>
    public ImmutableArray<CheckOutcome> Checks { get; init; } = [];

    /// <summary>The form in which each input came, in the recipe's order.</summary>
    public ImmutableArray<string> Forms { get; init; } = [];

    /// <summary>What else the user should know: places that differ, what lies twice in the result.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>What the steps changed.</summary>
    public ImmutableArray<Edit> Edits { get; init; } = [];

    /// <summary>The first reason why there is no image.</summary>
    public CheckOutcome? Refusal => Checks.FirstOrDefault(c => c.Refuses);
}
