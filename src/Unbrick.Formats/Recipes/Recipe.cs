using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Formats.Recipes;

/// <summary>
/// How a file is made from others (<c>data/recipes</c>, <c>data/schema/recipe.schema.json</c>). The same recipe and the same inputs give
/// the same bytes on every machine, so that it can be given to another person.
/// </summary>
public sealed record Recipe
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>The device that it is for; null when the user names one, or when it does not matter.</summary>
    public string? Device { get; init; }

    /// <summary>A device's partition map is needed.</summary>
    public bool NeedsMap { get; init; }

    /// <summary>
    /// Fits only a device of which OpenWrt makes the sysupgrade image as it makes the content of the factory image
    /// (<c>... | pad-rootfs | netgear-chk</c> and <c>... | pad-rootfs | append-metadata</c>).
    /// </summary>
    public bool SameContent { get; init; }

    public required ImmutableArray<RecipeInput> Inputs { get; init; }

    /// <summary>The first is made when the user does not say; a recipe whose ways must not be mixed up says so.</summary>
    public required ImmutableArray<RecipeWay> Ways { get; init; }

    /// <summary>The user has to say which way.</summary>
    public bool MustNameWay { get; init; }

    public ImmutableArray<RecipeWatch> Watch { get => field.IsDefault ? [] : field; init; }

    public required ImmutableArray<string> Sources { get; init; }

    /// <summary>Reads a recipe; throws <see cref="JsonException"/> when it is none.</summary>
    public static Recipe Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, RecipeJsonContext.Default.Recipe) ?? throw new JsonException("the file holds no recipe");
}

// Recipes are written by hand: an unknown key is a misspelt one, so it is an error.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(HexNumberConverter)])]
[JsonSerializable(typeof(Recipe))]
internal sealed partial class RecipeJsonContext : JsonSerializerContext;
