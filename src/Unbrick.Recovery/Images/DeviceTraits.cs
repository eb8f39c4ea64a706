using System.Globalization;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>What an image can show of a device: words that name it, and the places of its flash.</summary>
internal sealed class DeviceTraits
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Names as <see cref="IdentityTokens"/> makes them from images, too.</summary>
    public required HashSet<string> Tokens { get; init; }

    /// <summary>The chip with the map; null when there is none that is the same for all units.</summary>
    public FlashChip? Chip { get; init; }

    /// <summary>Where partitions begin.</summary>
    public HashSet<long> Starts { get; init; } = [];

    public IReadOnlyList<MacPlace> Macs { get; init; } = [];

    public IReadOnlyList<CalibrationPlace> Calibration { get; init; } = [];

    /// <summary>Blocks that hold a MAC address or calibration.</summary>
    public HashSet<long> UnitBlocks { get; init; } = [];

    public EnvironmentPlace? Environment { get; init; }

    /// <summary>Processor, in lower case.</summary>
    public string? Soc { get; init; }

    /// <summary>The kind of processor by U-Boot's name; null when it is not sure.</summary>
    public string? Arch { get; init; }

    /// <summary>Where kernels are loaded to; null when that is not known.</summary>
    public uint? LoadAddress { get; init; }

    /// <summary>The tables of TP-Link's loader; null on other makes.</summary>
    public SafeloaderBoard? Safeloader { get; init; }

    /// <summary>The partition that the device starts from; null when none is named so.</summary>
    public FlashPart? Firmware => Chip?.Parts.FirstOrDefault(p => p.Name is "firmware" or "kernel" or "linux" && p.Offset > 0);

    /// <summary>The partition that lies there; null between partitions.</summary>
    public FlashPart? PartAt(long at) => Chip?.Parts.LastOrDefault(p => !p.Nested && p.Offset <= at && (p.Size == 0 || at < p.Offset + p.Size));

    public static DeviceTraits Of(DeviceProfile device)
    {
        FlashChip? chip = device.Flash.FirstOrDefault(c => c.Type != "mtd-concat" && c.Parts.Length > 1);
        return new DeviceTraits
        {
            Id = device.Id,
            Name = device.Name,
            Tokens = IdentityTokens.Of(device),
            Chip = chip,
            Starts = [.. (chip?.Parts ?? []).Select(p => p.Offset)],
            Macs = [.. device.Macs.Where(m => m is { At: not null, AsText: false }).DistinctBy(m => m.At)],
            Calibration = device.Calibration,
            UnitBlocks =
            [
                .. device.Calibration.Select(c => c.At).Concat(device.Macs.Select(m => m.At).OfType<long>())
                    .Select(at => at / DumpPlaces.Block * DumpPlaces.Block),
            ],
            Environment = device.Environment,
            Soc = device.Soc,
            Arch = ArchOf(device.Target),
            LoadAddress = device.Header.TryGetValue("kernel_loadaddr", out string? load) ? Address(load) : null,
            Safeloader = device.Safeloader,
        };
    }

    /// <summary>OpenWrt's targets with one kind of processor (its target/linux/*/Makefile, ARCH).</summary>
    private static string? ArchOf(string? target) => target?.Split('/')[0] switch
    {
        "ath79" or "ramips" or "realtek" or "lantiq" or "bmips" or "bcm47xx" or "econet" or "pistachio" => "mips",
        "ipq40xx" or "ipq806x" or "bcm53xx" or "kirkwood" or "gemini" or "ixp4xx" or "at91" => "arm",
        "mpc85xx" or "apm821xx" => "powerpc",
        "qualcommax" => "arm64",
        _ => target is "mediatek/filogic" or "mediatek/mt7622" ? "arm64" : null,
    };

    private static uint? Address(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint at)
            ? at : null;
}
