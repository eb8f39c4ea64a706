using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Formats.Recipes;

/// <summary>Places and sizes in recipes are written as people of this field write them, <c>"0x7d0000"</c>; plain numbers are taken, too.</summary>
internal sealed class HexNumberConverter : JsonConverter<long>
{
    /// <summary>No flash is larger; a bound, so that sums of a few of them cannot overflow.</summary>
    private const long Most = 1L << 40;

    /// <inheritdoc/>
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return Bounded(reader.GetInt64());
        string text = reader.GetString() ?? "";
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> digits = negative ? text.AsSpan(1) : text;
        if (!digits.StartsWith("0x", StringComparison.Ordinal)
            || !long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value) || value < 0)
            throw new JsonException($"\"{text}\" is no number; write 131072 or \"0x20000\"");
        return Bounded(negative ? -value : value);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteStringValue($"0x{value:x}");

    private static long Bounded(long value) =>
        value is >= -Most and <= Most ? value : throw new JsonException($"{value} is larger than any flash");
}
