using System.Collections.Immutable;

namespace Unbrick.Formats.Recipes;

/// <summary>One of the files that a recipe can make, for one way into the flash.</summary>
public sealed record RecipeWay
{
    /// <summary><c>tftp</c>, <c>spi</c>, <c>sysupgrade</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For what the file is, and for what not.</summary>
    public required string Title { get; init; }

    /// <summary>Bytes that the result must have; 0 when it follows from the inputs.</summary>
    public long Size { get; init; }

    /// <summary>Of what it is made, in order.</summary>
    public required ImmutableArray<RecipeSlice> Slices { get; init; }

    /// <summary>What is done then.</summary>
    public ImmutableArray<RecipeStep> Steps { get => field.IsDefault ? [] : field; init; }

    /// <summary>What must be so in the result.</summary>
    public ImmutableArray<RecipeCheck> Checks { get => field.IsDefault ? [] : field; init; }
}
