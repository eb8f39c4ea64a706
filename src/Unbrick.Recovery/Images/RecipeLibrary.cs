using System.Collections.Immutable;
using System.Text.Json;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Recipes;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>The recipes of <c>data/recipes</c>, and those that people hand to each other as files.</summary>
public static class RecipeLibrary
{
    private const string Folder = "data/recipes/";
    private const string Suffix = ".json";

    /// <summary>A recipe is a few KiB; nobody writes more by hand.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>The built-in ones, by id.</summary>
    public static ImmutableArray<string> Ids { get; } = [.. EmbeddedData.List(Folder).Select(name => name[Folder.Length..^Suffix.Length])];

    /// <summary>The built-in recipe with that id; null when there is none.</summary>
    public static Recipe? Find(string id) => EmbeddedData.Read(Folder + id + Suffix) is { } json ? Recipe.Parse(json) : null;

    /// <summary>A built-in recipe by its id, or a recipe file by its path.</summary>
    public static Recipe Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Ids.Contains(name, StringComparer.OrdinalIgnoreCase))
            return Find(name.ToLowerInvariant())!;
        if (!name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) || !File.Exists(name))
        {
            Problem unknown = ProblemCatalogue.Create(ProblemCode.RecipeUnknown, [$"built-in: {string.Join(", ", Ids)}"], ("name", name));
            throw new UnbrickException(unknown, ExitCode.NotFound);
        }
        try
        {
            FileInfo file = new(name);
            return file.Length <= MostBytes
                ? Recipe.Parse(File.ReadAllBytes(name))
                : throw Invalid(name, $"{file.Length:N0} bytes are no recipe");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(name, e.Message);
        }
    }

    /// <summary>What to tell when a recipe cannot be carried out.</summary>
    internal static UnbrickException Invalid(string name, string reason) =>
        new(ProblemCatalogue.Create(ProblemCode.RecipeInvalid, [], ("name", name), ("reason", reason)), ExitCode.BadImage);
}
