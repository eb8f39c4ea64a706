using System.Collections.Immutable;

namespace Unbrick.Formats.Recipes;

/// <summary>A file that a recipe wants.</summary>
public sealed record RecipeInput
{
    /// <summary>Its name in the recipe: <c>own</c>, <c>stock</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the user has to bring, in words.</summary>
    public required string Title { get; init; }

    /// <summary>Belongs to this unit; the others may come from anywhere.</summary>
    public bool Own { get; init; }

    /// <summary>Must name the device that is made for, when one was named: its result no longer does.</summary>
    public bool ForDevice { get; init; }

    /// <summary>What the file may look like; the first whose <see cref="RecipeForm.When"/> holds is taken.</summary>
    public required ImmutableArray<RecipeForm> Forms { get; init; }

    /// <summary>What must be so in every form.</summary>
    public ImmutableArray<RecipeCheck> Checks { get => field.IsDefault ? [] : field; init; }
}
