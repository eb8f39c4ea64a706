using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Images;

/// <summary>What a file is made for; decides by which way it may go into a device.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImagePurpose>))]
public enum ImagePurpose
{
    /// <summary>Nothing in it says what it is.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>In the vendor's container, for the vendor's update page or recovery.</summary>
    [JsonStringEnumMemberName("factory")]
    Factory,

    /// <summary>For a device that runs OpenWrt already.</summary>
    [JsonStringEnumMemberName("sysupgrade")]
    Sysupgrade,

    /// <summary>Begins with a boot loader and is written from the start of the flash.</summary>
    [JsonStringEnumMemberName("recovery")]
    Recovery,

    /// <summary>The whole chip of one unit, with that unit's MAC addresses and calibration.</summary>
    [JsonStringEnumMemberName("full-dump")]
    FullDump,

    /// <summary>Kernel and root file system as they lie in the firmware partition, without container or boot loader.</summary>
    [JsonStringEnumMemberName("boot-stripped")]
    BootStripped,

    /// <summary>A kernel with everything inside: runs from memory, writes nothing.</summary>
    [JsonStringEnumMemberName("initramfs")]
    Initramfs,
}
