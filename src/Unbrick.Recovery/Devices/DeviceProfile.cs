using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// Everything known about one device that a user or a job can use: the mined facts, what was checked by hand, the rules of its make, and
/// the user's own files, merged. A missing value means not known, never no.
/// </summary>
public sealed record DeviceProfile
{
    /// <summary>OpenWrt profile name (<c>tplink_archer-c7-v2</c>), or the name of a family.</summary>
    public required string Id { get; init; }

    /// <summary>Vendor, model and variant as one reads them on the label.</summary>
    public required string Name { get; init; }

    /// <summary>As printed; may be empty.</summary>
    public required string Vendor { get; init; }

    /// <summary>Model without variant; may be empty.</summary>
    public required string Model { get; init; }

    /// <summary>Hardware version or edition.</summary>
    public string? Variant { get; init; }

    /// <summary>Other names: other labels of the same device, and short names of the forums.</summary>
    public required ImmutableArray<string> OtherNames { get; init; }

    /// <summary>OpenWrt target (<c>ath79/generic</c>).</summary>
    public string? Target { get; init; }

    /// <summary>Processor.</summary>
    public string? Soc { get; init; }

    /// <summary>Names in the device tree, the most special one first.</summary>
    public required ImmutableArray<string> Compatible { get; init; }

    /// <summary>Board names that an OpenWrt sysupgrade image for it carries.</summary>
    public required ImmutableArray<string> Supported { get; init; }

    /// <summary>Largest OpenWrt image in bytes: what fits its firmware partition.</summary>
    public long? ImageSize { get; init; }

    /// <summary>Largest kernel in bytes, where it has a partition of its own.</summary>
    public long? KernelSize { get; init; }

    /// <summary>Erase block of the flash in bytes.</summary>
    public long? BlockSize { get; init; }

    /// <summary>Fields of the vendor's header by OpenWrt's names in lower case (<c>tplink_hwid</c>, <c>netgear_board_id</c>), as text.</summary>
    public ImmutableSortedDictionary<string, string> Header { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Model number in the header of Xiaomi's images.</summary>
    public XiaomiModel? Xiaomi { get; init; }

    /// <summary>What TP-Link's SafeLoader compares.</summary>
    public SafeloaderBoard? Safeloader { get; init; }

    /// <summary>Where the MAC addresses lie.</summary>
    public ImmutableArray<MacPlace> Macs { get; init; } = [];

    /// <summary>Where the calibration of the radios lies.</summary>
    public ImmutableArray<CalibrationPlace> Calibration { get; init; } = [];

    /// <summary>Where the boot loader keeps its environment.</summary>
    public EnvironmentPlace? Environment { get; init; }

    /// <summary>How OpenWrt makes its images; the kernel's recipe is named <c>kernel</c>.</summary>
    public ImmutableArray<ImageRecipe> Recipes { get; init; } = [];

    /// <summary>Flash chips with their partitions.</summary>
    public required ImmutableArray<FlashChip> Flash { get; init; }

    /// <summary>Names of flash chips that were seen in it.</summary>
    public required ImmutableArray<string> FlashChipsSeen { get; init; }

    /// <summary>Ways back over the network: the user's, checked ones, rules of the make, hints, in this order.</summary>
    public required ImmutableArray<RecoveryWay> Recovery { get; init; }

    /// <summary>The serial console.</summary>
    public SerialFacts? Serial { get; init; }

    /// <summary>Images whose fate is known.</summary>
    public required ImmutableArray<KnownImage> Images { get; init; }

    /// <summary>What can go wrong for good.</summary>
    public required ImmutableArray<CitedText> Warnings { get; init; }

    /// <summary>What else is worth knowing.</summary>
    public required ImmutableArray<CitedText> Notes { get; init; }

    /// <summary>Whether a file of the user's has a say in it.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The user's files, if any.</summary>
    public required ImmutableArray<string> UserFiles { get; init; }

    /// <summary>Every source of the facts above, once.</summary>
    public required ImmutableArray<string> Sources { get; init; }
}
