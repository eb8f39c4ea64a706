using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>How far a fact can be trusted; in the order in which facts win over each other.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FactStanding>))]
public enum FactStanding
{
    /// <summary>From a file of the user's own.</summary>
    [JsonStringEnumMemberName("user")]
    User,

    /// <summary>Checked by hand for this device, with sources.</summary>
    [JsonStringEnumMemberName("checked")]
    Checked,

    /// <summary>Checked for the make, not for this model.</summary>
    [JsonStringEnumMemberName("family")]
    Family,

    /// <summary>Found by a script in the message of the commit that added the device; 22 of 25 checked addresses were right.</summary>
    [JsonStringEnumMemberName("hint")]
    Hint,
}
