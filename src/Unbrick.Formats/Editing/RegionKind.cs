using System.Text.Json.Serialization;

namespace Unbrick.Formats.Editing;

/// <summary>What a stretch of a flash is for; decides what may be replaced by another unit's bytes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RegionKind>))]
public enum RegionKind
{
    /// <summary>Nobody knows; treated as the unit's own.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Without it nothing starts.</summary>
    [JsonStringEnumMemberName("bootloader")]
    Bootloader,

    /// <summary>Settings of the boot loader.</summary>
    [JsonStringEnumMemberName("env")]
    Env,

    /// <summary>Calibration of the radios, usually with their MAC addresses: this unit's and no other's.</summary>
    [JsonStringEnumMemberName("calibration")]
    Calibration,

    /// <summary>MAC addresses, serial numbers, product data: this unit's and no other's.</summary>
    [JsonStringEnumMemberName("identity")]
    Identity,

    /// <summary>Kernel, root file system, and what the firmware keeps there.</summary>
    [JsonStringEnumMemberName("firmware")]
    Firmware,

    /// <summary>Settings of the firmware.</summary>
    [JsonStringEnumMemberName("config")]
    Config,

    /// <summary>One byte over and over.</summary>
    [JsonStringEnumMemberName("padding")]
    Padding,
}
