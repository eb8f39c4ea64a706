using System.Collections.Immutable;
using System.Text.Json;
using Unbrick.Core.Text;

namespace Unbrick.Formats.OpenWrt;

/// <summary>
/// The JSON that sysupgrade reads before it takes an image (OpenWrt include/image-commands.mk, base-files lib/upgrade/fwtool.sh). Texts are safe
/// to show.
/// </summary>
public sealed record SysupgradeMetadata
{
    /// <summary>fwtool takes no longer metadata (METADATA_MAXLEN).</summary>
    public const int Longest = 30 * 1024;

    private const string UsualCompat = "1.0";

    /// <summary>
    /// Board names that the image is for. Images with another compatibility version than 1.0 have them in <c>new_supported_devices</c>, so
    /// that a system that does not know of such versions refuses them.
    /// </summary>
    public ImmutableArray<string> SupportedDevices { get; init; } = [];

    public string Compat { get; init; } = UsualCompat;

    public string? CompatMessage { get; init; }

    public string? Distribution { get; init; }

    public string? Version { get; init; }

    public string? Revision { get; init; }

    public string? Target { get; init; }

    public string? Board { get; init; }

    /// <summary>Reads the JSON; null with the reason when it is none.</summary>
    public static SysupgradeMetadata? TryRead(ReadOnlySpan<byte> json, out string? error)
    {
        error = json.Length > Longest ? $"{json.Length:N0} bytes of metadata, fwtool takes {Longest:N0}" : null;
        if (error is not null)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.ToArray());
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return Read(document.RootElement);
            error = "the metadata are no JSON object";
        }
        catch (JsonException e)
        {
            error = $"the metadata are no JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}";
        }
        catch (InvalidOperationException)
        {
            error = "the metadata have text that is no Unicode";
        }
        return null;
    }

    private static SysupgradeMetadata Read(JsonElement root)
    {
        string compat = Text(root, "compat_version") ?? UsualCompat;
        JsonElement version = root.TryGetProperty("version", out JsonElement v) && v.ValueKind == JsonValueKind.Object ? v : default;
        return new SysupgradeMetadata
        {
            Compat = compat,
            CompatMessage = Text(root, "compat_message"),
            SupportedDevices = Texts(root, compat == UsualCompat ? "supported_devices" : "new_supported_devices"),
            Distribution = Text(version, "dist"),
            Version = Text(version, "version"),
            Revision = Text(version, "revision"),
            Target = Text(version, "target"),
            Board = Text(version, "board"),
        };
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? SafeText.Show(value.GetString(), most: 400)
            : null;

    private static ImmutableArray<string> Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String)
                .Select(item => SafeText.Show(item.GetString(), most: 200))]
            : [];
}
