using System.Collections.Immutable;
using System.Text.Json;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// A file of <c>data/devices/curated</c>, or one of the user's, as it is written (<c>data/schema/device.schema.json</c>). Facts that no job
/// uses yet are kept as they are, so that a misspelt key is still an error.
/// </summary>
internal sealed record DeviceFile
{
    public required string Id { get; init; }

    public string? Vendor { get; init; }

    public string? Model { get; init; }

    public string? Variant { get; init; }

    public ImmutableArray<string> Names { get => field.IsDefault ? [] : field; init; }

    public string? Soc { get; init; }

    public ImmutableArray<string> Compatible { get => field.IsDefault ? [] : field; init; }

    public ImmutableArray<string> Family { get => field.IsDefault ? [] : field; init; }

    public required ImmutableArray<RecoveryWay> Recovery { get; init; }

    public ImmutableArray<KnownImage> Images { get => field.IsDefault ? [] : field; init; }

    public ImmutableArray<string> FlashChips { get => field.IsDefault ? [] : field; init; }

    public SerialFacts? Serial { get; init; }

    public ImmutableArray<CitedText> Notes { get => field.IsDefault ? [] : field; init; }

    public ImmutableArray<CitedText> Warnings { get => field.IsDefault ? [] : field; init; }

    public JsonElement? Build { get; init; }

    public JsonElement? Checks { get; init; }

    public EnvironmentFacts? Env { get; init; }

    public JsonElement? Macs { get; init; }

    public XiaomiModel? Xiaomi { get; init; }
}
