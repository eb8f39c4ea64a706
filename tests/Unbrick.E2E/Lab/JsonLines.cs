using System.Text.Json;

namespace Unbrick.E2E.Lab;

/// <summary>Reading what scripts read.</summary>
internal static class JsonLines
{
    /// <summary>Every line as an object; a line that is none fails the test.</summary>
    public static JsonElement[] Parse(string text)
    {
        List<JsonElement> lines = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                lines.Add(JsonElement.Parse(line));
            }
            catch (JsonException)
            {
                Assert.Fail("not a JSON line: " + line);
            }
        }
        return [.. lines];
    }

    public static string? Text(this JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool Is(this JsonElement item, string type) => item.Text("type") == type;
}
