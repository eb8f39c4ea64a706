using System.Text.Json;
using Unbrick.Recovery;

namespace Unbrick.Tests.Recovery;

/// <summary>The shipped data files as the program itself reads them, and those that it packs when it is built.</summary>
internal static class DataFiles
{
    public static JsonDocument Json(string path) => JsonDocument.Parse(EmbeddedData.Read(path) ?? throw new FileNotFoundException(path));

    public static JsonDocument Source(string path) => JsonDocument.Parse(Repository.Read(path));

    public static JsonSchema Schema(string name) => new(Json($"data/schema/{name}.schema.json").RootElement);

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..^".json".Length];
}
