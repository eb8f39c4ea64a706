using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>One line of <c>mined.json</c>, as far as a profile uses it (<c>data/schema/mined.schema.json</c> has the rest).</summary>
internal sealed record MinedDevice
{
    public string Id { get => field ?? ""; init; }

    public string? Target { get; init; }

    public string? Vendor { get; init; }

    public string? Model { get; init; }

    public string? Variant { get; init; }

    public string[]? Alt { get; init; }

    public string? Soc { get; init; }

    public string[]? Compatible { get; init; }

    public string[]? Supported { get; init; }

    public long? ImageSize { get; init; }

    public long? KernelSize { get; init; }

    public long? Blocksize { get; init; }

    public Dictionary<string, string>? Hdr { get; init; }

    public MinedEnvironment? Env { get; init; }

    public string? Safeloader { get; init; }

    /// <summary>End of the file name, and the number of its recipe.</summary>
    public Dictionary<string, int>? Images { get; init; }

    public int? Kernel { get; init; }

    public int? Baud { get; init; }

    public string? Dts { get; init; }

    public MinedChip[]? Flash { get; init; }

    public MinedMac[]? Mac { get; init; }

    public MinedCalibration[]? Cal { get; init; }

    public MinedRecovery? Recovery { get; init; }
}

/// <summary>A flash chip; a part is <c>[label, offset, size, flags, parser?]</c>.</summary>
internal sealed record MinedChip(string Type, long? Size, MinedPart[] Parts);

/// <summary>Where a MAC address lies; <c>fmt</c> and <c>fn</c> say when it is text.</summary>
internal sealed record MinedMac(string Role, string? Part, long? Abs, int Inc, bool Label, string? Fmt, string? Fn, bool Implied);

/// <summary>Where calibration lies.</summary>
internal sealed record MinedCalibration(string? Part, long? Abs, long? Len, string? Dev);

/// <summary>Where the environment lies; <c>size</c> is ENV_SIZE.</summary>
internal sealed record MinedEnvironment(string? Part, long? Abs, long? Size, int? Copies);

/// <summary>The table of a TP-Link SafeLoader board; a part is <c>[name, base, size]</c>.</summary>
internal sealed record MinedSafeloader(string[] Support, MinedPart[] Parts);

/// <summary>Hints from commit messages.</summary>
internal sealed record MinedRecovery
{
    [JsonPropertyName("server_ip")]
    public string[]? ServerIp { get; init; }

    [JsonPropertyName("device_ip")]
    public string[]? DeviceIp { get; init; }

    [JsonPropertyName("pc_ip")]
    public string[]? PcIp { get; init; }

    public string[]? Files { get; init; }

    public string[]? Buttons { get; init; }

    [JsonPropertyName("hold_s")]
    public int[]? HoldS { get; init; }

    [JsonPropertyName("uboot_key")]
    public string[]? UbootKey { get; init; }

    public string[]? Methods { get; init; }

    public string[]? Commits { get; init; }

    public MinedSerial? Serial { get; init; }
}

/// <summary>Serial console as a commit message describes it.</summary>
internal sealed record MinedSerial
{
    public int? Baud { get; init; }

    public string? Fmt { get; init; }

    public string? V { get; init; }

    public string[]? Pinout { get; init; }

    public string? Header { get; init; }
}
