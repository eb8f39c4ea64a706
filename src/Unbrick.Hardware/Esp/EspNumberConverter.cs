using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Hardware.Esp;

/// <summary>Reads <c>0x3ff00050</c>.</summary>
public sealed class EspNumberConverter : JsonConverter<EspNumber>
{
    /// <inheritdoc/>
    public override EspNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is string text && text.StartsWith("0x", StringComparison.Ordinal)
            && uint.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint value)
            ? new(value) : throw new JsonException("a number is written as \"0x...\"");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EspNumber value, JsonSerializerOptions options) =>
        writer.WriteStringValue($"0x{value.Value:x}");
}
