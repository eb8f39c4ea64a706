using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>One partition of a flash chip.</summary>
/// <param name="Name">Label in the device tree.</param>
/// <param name="Offset">From the start of the chip, in bytes.</param>
/// <param name="Size">In bytes; 0 when it ends at the next one or is found at run time.</param>
/// <param name="ReadOnly">OpenWrt does not write it.</param>
/// <param name="Nested">Lies inside another partition.</param>
/// <param name="OneOfAKind">Holds MAC addresses or radio calibration of this single unit: it can not be had from anywhere else.</param>
public sealed record FlashPart(
    string Name, long Offset, long Size, [property: JsonPropertyName("read_only")] bool ReadOnly, bool Nested, bool OneOfAKind);
