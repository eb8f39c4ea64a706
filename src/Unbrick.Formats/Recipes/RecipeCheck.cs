using System.Collections.Immutable;

namespace Unbrick.Formats.Recipes;

/// <summary>
/// Something that must be so before a recipe goes on, with what it means when it is not. Places are places in the flash; the form of an
/// input says where they are in its file. Exactly one of <see cref="Sizes"/>, <see cref="AtLeast"/>, <see cref="Formats"/>,
/// <see cref="Texts"/>, <see cref="Bytes"/> and <see cref="NotBlank"/> says what is looked at.
/// </summary>
public sealed record RecipeCheck
{
    /// <summary>What is checked, as a noun phrase: <c>the kernel begins where this boot loader jumps</c>.</summary>
    public required string What { get; init; }

    /// <summary>Stable word for scripts, as the flaw codes are.</summary>
    public required string Code { get; init; }

    /// <summary>What it means when it does not hold.</summary>
    public string Means { get => field ?? ""; init; }

    /// <summary>What to do then.</summary>
    public ImmutableArray<string> Try { get => field.IsDefault ? [] : field; init; }

    /// <summary>Only told, not refused.</summary>
    public bool Warning { get; init; }

    /// <summary>It must not be so.</summary>
    public bool Not { get; init; }

    /// <summary>Where, in the flash.</summary>
    public long At { get; init; }

    /// <summary>How far <see cref="Texts"/> and <see cref="NotBlank"/> look.</summary>
    public long Length { get; init; }

    /// <summary>The file has one of these sizes.</summary>
    public ImmutableArray<long> Sizes { get => field.IsDefault ? [] : field; init; }

    /// <summary>The file has so many bytes at least.</summary>
    public long? AtLeast { get; init; }

    /// <summary>One of these formats begins at <see cref="At"/>.</summary>
    public ImmutableArray<string> Formats { get => field.IsDefault ? [] : field; init; }

    /// <summary>And what was found there is whole.</summary>
    public bool Whole { get; init; }

    /// <summary>And it says this about itself.</summary>
    public string? Fact { get; init; }

    /// <summary>What <see cref="Fact"/> must be, as text.</summary>
    public string? Is { get; init; }

    /// <summary>Where else the format is looked for when it is not at its place, to say by how much the file is shifted.</summary>
    public ImmutableArray<long> Shifts { get => field.IsDefault ? [] : field; init; }

    /// <summary>One of these texts stands in the stretch.</summary>
    public ImmutableArray<string> Texts { get => field.IsDefault ? [] : field; init; }

    /// <summary>One of these bytes (hex) stand at <see cref="At"/>.</summary>
    public ImmutableArray<string> Bytes { get => field.IsDefault ? [] : field; init; }

    /// <summary>The stretch is not one byte over and over.</summary>
    public bool NotBlank { get; init; }
}
