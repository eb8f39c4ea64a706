using System.Collections.Immutable;
using System.Text.Json;

namespace Unbrick.Recovery.Images;

/// <summary>Variables of a boot loader's environment that name the model or board, the surest first (<c>data/model-variables.json</c>).</summary>
internal static class ModelVariables
{
    private const string Path = "data/model-variables.json";

    private static readonly Lazy<ImmutableArray<string>> s_all = new(Read);

    public static ImmutableArray<string> All => s_all.Value;

    private static ImmutableArray<string> Read()
    {
        using JsonDocument file = JsonDocument.Parse(EmbeddedData.Read(Path) ?? throw new InvalidDataException(Path));
        return [.. file.RootElement.GetProperty("variables").EnumerateArray().Select(item => item.GetString()!)];
    }
}
