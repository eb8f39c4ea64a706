using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>The number in a Xiaomi HDR1 header that this device's boot loader takes.</summary>
public sealed record XiaomiModel
{
    /// <summary>Short name in the loader's messages (<c>R4A</c> of "Not R4A package").</summary>
    public required string Model { get; init; }

    /// <summary>Bytes 14 and 15 of the header.</summary>
    [JsonPropertyName("device_id")]
    public required int DeviceId { get; init; }

    /// <summary>Where this is known from.</summary>
    public required ImmutableArray<string> Sources { get; init; }
}
