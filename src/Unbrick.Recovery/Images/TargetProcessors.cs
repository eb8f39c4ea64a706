using System.Collections.Frozen;
using System.Text.Json;

namespace Unbrick.Recovery.Images;

/// <summary>The kind of processor of OpenWrt's targets, by U-Boot's name for it (<c>data/target-processors.json</c>).</summary>
internal static class TargetProcessors
{
    private const string Path = "data/target-processors.json";

    private static readonly Lazy<FrozenDictionary<string, string>> s_all = new(Read);

    /// <summary>Of a target or <c>target/subtarget</c>; null when the target has several kinds, or is not known.</summary>
    public static string? Of(string? target) =>
        target is null ? null : s_all.Value.GetValueOrDefault(target) ?? s_all.Value.GetValueOrDefault(target.Split('/')[0]);

    private static FrozenDictionary<string, string> Read()
    {
        using JsonDocument file = JsonDocument.Parse(EmbeddedData.Read(Path) ?? throw new InvalidDataException(Path));
        return file.RootElement.GetProperty("targets").EnumerateObject().ToFrozenDictionary(item => item.Name, item => item.Value.GetString()!, StringComparer.Ordinal);
    }
}
