using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>How far a fact can be trusted; later ones win over earlier ones.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FactStanding>))]
public enum FactStanding
{
    /// <summary>Found by a script in the message of the commit that added the device; 22 of 25 checked addresses were right.</summary>
    [JsonStringEnumMemberName("hint")]
    Hint,

    /// <summary>Checked for the make, not for this model.</summary>
    [JsonStringEnumMemberName("family")]
    Family,

    /// <summary>Checked by hand for this device, with sources.</summary>
    [JsonStringEnumMemberName("checked")]
    Checked,

    /// <summary>From a file of the user's own.</summary>
    [JsonStringEnumMemberName("user")]
    User,
}
