using System.Collections.Immutable;
using Unbrick.Formats.Editing;

namespace Unbrick.Recovery.Spi;

/// <summary>What a job on a flash chip was asked.</summary>
public sealed record SpiOptions
{
    /// <summary>The part as the user names it, where its id does not tell enough; null otherwise.</summary>
    public string? ChipName { get; init; }

    /// <summary>Level of an adapter between programmer and chip, in millivolts; null without one.</summary>
    public int? AdapterMillivolts { get; init; }

    /// <summary>Regions of the device; null: what is found in the backup.</summary>
    public Layout? Layout { get; init; }

    /// <summary>Only this region is written; null for all.</summary>
    public string? Region { get; init; }

    /// <summary>Kinds of regions that may be replaced although a unit cannot get them back from anywhere.</summary>
    public ImmutableHashSet<RegionKind> Overwrite { get; init; } = [];

    /// <summary>Says what would be done, and ends.</summary>
    public bool DryRun { get; init; }
}
