using System.Collections.Immutable;

namespace Unbrick.Formats.Recipes;

/// <summary>One of the shapes in which an input comes, and where the flash lies in it.</summary>
public sealed record RecipeForm
{
    /// <summary>In words: <c>vendor update file</c>.</summary>
    public required string Title { get; init; }

    /// <summary>How it is told from the others; checks on the file as it is.</summary>
    public ImmutableArray<RecipeCheck> When { get => field.IsDefault ? [] : field; init; }

    /// <summary>Bytes in front that are no part of the flash (a header).</summary>
    public long Skip { get; init; }

    /// <summary>Where in the flash the byte behind <see cref="Skip"/> belongs.</summary>
    public long FlashAt { get; init; }

    /// <summary>The file begins where the firmware region of the device's map does; in place of <see cref="FlashAt"/>.</summary>
    public bool AtFirmware { get; init; }

    /// <summary>A shape that cannot be used: why, and what to do.</summary>
    public RecipeRefusal? Refuse { get; init; }
}

/// <summary>Why a recognised file is the wrong one.</summary>
public sealed record RecipeRefusal(string Code, string Means, ImmutableArray<string> Try);
