using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Loaders;

/// <summary>The loaders of <c>data/loaders</c>.</summary>
public static class LoaderLibrary
{
    private const string Folder = "data/loaders/", Suffix = ".json", FlashFile = Folder + "flash.json";

    private static readonly Lazy<ImmutableArray<LoaderPatterns>> s_all = new(() =>
        [.. EmbeddedData.List(Folder).Where(name => name != FlashFile).Select(name => new LoaderPatterns(Read(name)))]);

    private static readonly Lazy<ImmutableArray<FlashDialect>> s_flash = new(() =>
        JsonSerializer.Deserialize(EmbeddedData.Read(FlashFile)!, LoaderJsonContext.Default.FlashDialectFile)!.Dialects);

    /// <summary>All of them, by id.</summary>
    public static ImmutableArray<LoaderPatterns> All => s_all.Value;

    /// <summary>All kinds of flash.</summary>
    public static ImmutableArray<FlashDialect> Flash => s_flash.Value;

    /// <summary>The one with that id; null when there is none.</summary>
    public static LoaderPatterns? Find(string id) => All.FirstOrDefault(p => p.Profile.Id == id);

    private static LoaderProfile Read(string name) =>
        JsonSerializer.Deserialize(EmbeddedData.Read(name)!, LoaderJsonContext.Default.LoaderProfile)!;
}

/// <summary>The file of flash dialects.</summary>
/// <param name="Dialects">They.</param>
internal sealed record FlashDialectFile(ImmutableArray<FlashDialect> Dialects);

// Written by hand: an unknown key is a misspelt one, so it is an error.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LoaderProfile))]
[JsonSerializable(typeof(FlashDialectFile))]
internal sealed partial class LoaderJsonContext : JsonSerializerContext;
