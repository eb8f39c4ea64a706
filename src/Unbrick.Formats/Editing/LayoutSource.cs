using System.Text.Json.Serialization;

namespace Unbrick.Formats.Editing;

/// <summary>Where a layout comes from, so that a wrong one can be looked for in the right place.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LayoutSource>))]
public enum LayoutSource
{
    /// <summary>What was found in the bytes.</summary>
    [JsonStringEnumMemberName("content")]
    Content,

    /// <summary>The partition map of a known device.</summary>
    [JsonStringEnumMemberName("device")]
    Device,
}
