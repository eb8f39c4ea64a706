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

    public EnvironmentPlace? Environment { get; init; }

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
            Environment = device.Environment,
        };
    }
}
