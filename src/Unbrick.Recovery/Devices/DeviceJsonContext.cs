using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

// Device files are written by hand: an unknown key is a misspelt one, so it is an error.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(IpAddressConverter)])]
[JsonSerializable(typeof(DeviceFile))]
internal sealed partial class DeviceFileJsonContext : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MinedDevice))]
[JsonSerializable(typeof(MinedSafeloader))]
[JsonSerializable(typeof(string))]
internal sealed partial class MinedJsonContext : JsonSerializerContext;
