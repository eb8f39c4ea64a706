using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>A partition in <c>mined.json</c>: <c>[label, offset, size, flags, parser?]</c>; those of a SafeLoader table have no flags.</summary>
[JsonConverter(typeof(MinedPartConverter))]
internal readonly record struct MinedPart(string Name, long Offset, long Size, string? Flags);

/// <summary>Reads the array without a document for each value: there are 20,000 of them, and matching a dump looks at all.</summary>
internal sealed class MinedPartConverter : JsonConverter<MinedPart>
{
    public override MinedPart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("a partition is an array");
        reader.Read();
        string name = reader.GetString() ?? "";
        reader.Read();
        long offset = reader.GetInt64();
        reader.Read();
        long size = reader.GetInt64();
        reader.Read();
        string? flags = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        while (reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            reader.Read();
        }
        return new MinedPart(name, offset, size, flags);
    }

    public override void Write(Utf8JsonWriter writer, MinedPart value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.Name);
        writer.WriteNumberValue(value.Offset);
        writer.WriteNumberValue(value.Size);
        if (value.Flags is not null)
            writer.WriteStringValue(value.Flags);
        writer.WriteEndArray();
    }
}
