using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbrick.Net;

namespace Unbrick.Recovery.Devices;

/// <summary>IPv4 addresses as dotted decimal, four parts and nothing else, in device files and in <c>--json</c>.</summary>
public sealed class IpAddressConverter : JsonConverter<IPAddress>
{
    /// <inheritdoc/>
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Ipv4.TryParse(reader.GetString(), out IPAddress address) ? address : throw new JsonException("not an IPv4 address");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.ToString());
    }
}
