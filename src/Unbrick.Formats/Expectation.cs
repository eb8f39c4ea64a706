using System.Collections.Immutable;

namespace Unbrick.Formats;

/// <summary>
/// What a certain unit, reached by a certain way, wants of an image; the formats compare what they know about. Null (or empty) is "not known",
/// never "none".
/// </summary>
public sealed record Expectation
{
    /// <summary>TP-Link hardware id and revision.</summary>
    public uint? HwId { get; init; }

    public uint? HwRev { get; init; }

    /// <summary>Region of the unit: <c>EU</c>, <c>US</c>, <c>CN</c>.</summary>
    public string? Region { get; init; }

    /// <summary>Accepted board names (Netgear board id, ZyXEL board, sysupgrade board names such as <c>xiaomi,mi-router-4a-gigabit</c>).</summary>
    public ImmutableArray<string> Boards { get; init; } = [];

    /// <summary>ASUS or Buffalo product name.</summary>
    public string? Product { get; init; }

    /// <summary>SEAMA or WRG signature.</summary>
    public string? Signature { get; init; }

    /// <summary>A line of a TP-Link support list that the unit finds itself in.</summary>
    public string? SupportId { get; init; }

    /// <summary>Xiaomi device id of an HDR1 file.</summary>
    public int? DeviceId { get; init; }

    /// <summary>ESP chip: <c>esp32</c>, <c>esp32s3</c>, <c>esp8266</c>.</summary>
    public string? Chip { get; init; }

    /// <summary>Architecture: <c>mips</c>, <c>arm</c>, <c>arm64</c>.</summary>
    public string? Arch { get; init; }

    /// <summary>OpenWrt compatibility version of the device, and whether its settings are to be kept.</summary>
    public string? Compat { get; init; }

    public bool KeepSettings { get; init; }

    /// <summary>MAC address on the label.</summary>
    public string? LabelMac { get; init; }

    /// <summary>Bytes of the chip, of the partition that it is written to, of the largest application.</summary>
    public long? FlashSize { get; init; }

    public long? PartitionSize { get; init; }

    public long? LargestApp { get; init; }
}
