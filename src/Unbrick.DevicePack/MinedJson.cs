using System.Text.Json;
using System.Text.Json.Serialization;
using Unbrick.Recovery.Devices;

namespace Unbrick.DevicePack;

/// <summary><c>mined.json</c> (<c>data/schema/mined.schema.json</c>), as far as it is packed.</summary>
internal sealed record MinedFile(string[] Recipes, Dictionary<string, MinedSafeloader> Safeloader, MinedDevice[] Devices);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(MinedPartConverter)])]
[JsonSerializable(typeof(MinedFile))]
internal sealed partial class MinedJson : JsonSerializerContext;

/// <summary>A partition is an array, <c>[label, offset, size, flags, parser?]</c>.</summary>
internal sealed class MinedPartConverter : JsonConverter<MinedPart>
{
    public override MinedPart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument part = JsonDocument.ParseValue(ref reader);
        JsonElement root = part.RootElement;
        string? flags = root.GetArrayLength() > 3 ? root[3].GetString() : null;
        return new MinedPart(root[0].GetString() ?? "", root[1].GetInt64(), root[2].GetInt64(), flags);
    }

    public override void Write(Utf8JsonWriter writer, MinedPart value, JsonSerializerOptions options) => throw new NotSupportedException();
}
