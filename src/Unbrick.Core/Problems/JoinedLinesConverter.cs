using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Core.Problems;

/// <summary>Several lines of evidence as the one string that the JSON contract has for <c>seen</c>.</summary>
public sealed class JoinedLinesConverter : JsonConverter<ImmutableArray<string>>
{
    private const string Separator = "; ";

    /// <inheritdoc/>
    public override ImmutableArray<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { Length: > 0 } text ? [.. text.Split(Separator)] : [];

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ImmutableArray<string> value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Join(Separator, value.IsDefault ? [] : value));
}
