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

    /// <summary>OpenWrt's recipes for this model put a uImage header before the kernel; null when no recipe is known.</summary>
    public bool? WantsUImage { get; init; }

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
            WantsUImage = device.Recipes.IsEmpty ? null : device.Recipes.Any(r => r.Steps.Contains("uImage", StringComparison.Ordinal)),
        };
    }
}
