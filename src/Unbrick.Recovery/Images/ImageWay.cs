using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Images;

/// <summary>By which way an image is to get into a device.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageWay>))]
public enum ImageWay
{
    /// <summary>The boot loader's own recovery over the network.</summary>
    [JsonStringEnumMemberName("tftp")]
    Tftp,

    /// <summary>A web page: the vendor's update page or a boot loader's.</summary>
    [JsonStringEnumMemberName("web")]
    Web,

    /// <summary>A programmer on the flash chip.</summary>
    [JsonStringEnumMemberName("spi")]
    Spi,

    /// <summary>sysupgrade on a running OpenWrt.</summary>
    [JsonStringEnumMemberName("sysupgrade")]
    Sysupgrade,

    /// <summary>The menu on the serial console.</summary>
    [JsonStringEnumMemberName("menu")]
    Menu,
}
