using System.Collections.Immutable;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Spi;

/// <summary>What a job on a flash chip was asked.</summary>
public sealed record SpiOptions
{
    /// <summary>The part as the user names it, where its id does not tell enough; null otherwise.</summary>
    public string? ChipName { get; init; }

    /// <summary>Level of an adapter between programmer and chip, in millivolts; null without one.</summary>
    public int? AdapterMillivolts { get; init; }

    /// <summary>The device that the chip belongs to: its regions, and what it takes. Null: what is found in the backup.</summary>
    public DeviceProfile? Device { get; init; }

    /// <summary>A file is written although the device would not take it.</summary>
    public bool Anyway { get; init; }

    /// <summary>Only this region is written; null for all.</summary>
    public string? Region { get; init; }

    /// <summary>Kinds of regions that may be replaced although a unit cannot get them back from anywhere.</summary>
    public ImmutableHashSet<RegionKind> Overwrite { get; init; } = [];

    /// <summary>Of a SPI NAND the spare bytes of each page, too.</summary>
    public bool Oob { get; init; }

    /// <summary>Of a SPI NAND the bytes as they are in its cells, without its own correction.</summary>
    public bool Raw { get; init; }

    /// <summary>A dump of this chip that the user has, to spare reading it again; it is compared with the chip. Null: what is kept.</summary>
    public GivenBackup? Backup { get; init; }

    /// <summary>Says what would be done, and ends.</summary>
    public bool DryRun { get; init; }
}
