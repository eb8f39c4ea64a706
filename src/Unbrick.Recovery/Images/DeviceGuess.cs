using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Images;

/// <summary>A device that an image may be for.</summary>
/// <param name="Id">Id of the device.</param>
/// <param name="Name">Its name.</param>
/// <param name="Confidence">From 0 to 1; what several devices share is divided among them.</param>
/// <param name="Evidence">What speaks for it, the strongest first.</param>
public sealed record DeviceGuess(string Id, string Name, double Confidence, ImmutableArray<string> Evidence)
{
    /// <summary>Ids of the devices that nothing in the file tells from this one; they share its probability.</summary>
    [JsonIgnore]
    public ImmutableArray<string> SameAs { get; init; } = [];
}
