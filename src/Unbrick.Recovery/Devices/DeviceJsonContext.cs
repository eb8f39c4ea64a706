using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

// Device files are written by hand: an unknown key is a misspelt one, so it is an error.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(IpAddressConverter)])]
[JsonSerializable(typeof(DeviceFile))]
internal sealed partial class DeviceFileJsonContext : JsonSerializerContext;
