using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>Whose facts these are, so that an error can be looked for in the right place.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Provenance>))]
public enum Provenance
{
    /// <summary>Shipped with the program.</summary>
    [JsonStringEnumMemberName("built-in")]
    BuiltIn,

    /// <summary>A file of the user's has a say in them.</summary>
    [JsonStringEnumMemberName("user-file")]
    UserFile,
}
