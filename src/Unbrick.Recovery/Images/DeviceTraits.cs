using System.Globalization;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>What an image can show of a device: words that name it, and the places of its flash.</summary>
internal sealed class DeviceTraits(DeviceEntry entry)
{
    public string Id => entry.Id;

    public string Name => entry.Name;

    /// <summary>What people and vendors call it, with and without hardware version.</summary>
    public IEnumerable<string> Names => DeviceNaming.Of(entry).Names // not the entry's own, which would stay: matching asks all devices
        .Concat(entry.MinedNames().Model is { Length: > 0 } model ? [model] : [])
        .Concat(entry.Files.Select(f => f.Xiaomi?.Model).OfType<string>());

    /// <summary>Words as <see cref="IdentityTokens"/> makes them from images, too.</summary>
    public required string[] Tokens { get; init; }

    /// <summary>The chip with the map; null when there is none that is the same for all units.</summary>
    public FlashChip? Chip { get; init; }

    /// <summary>Where partitions begin.</summary>
    public long[] Starts { get; init; } = [];

    public MacPlace[] Macs { get; init; } = [];

    public CalibrationPlace[] Calibration { get; init; } = [];

    /// <summary>Blocks that hold a MAC address or calibration.</summary>
    public long[] UnitBlocks { get; init; } = [];

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

    /// <summary>From the packed facts, without a profile: matching looks at all devices, and nothing else does.</summary>
    public static DeviceTraits Of(DeviceIndex index, DeviceEntry entry)
    {
        MinedDevice mined = entry.MinedSketch();
        FlashChip? chip = DevicePlaces.Chip(mined);
        MacPlace[] macs = [.. DevicePlaces.Macs(mined)];
        CalibrationPlace[] calibration = [.. DevicePlaces.Calibration(mined)];
        return new DeviceTraits(entry)
        {
            Tokens = IdentityTokens.Of(index, entry, mined),
            Chip = chip,
            Starts = Beginnings(chip),
            Macs = Raw(macs),
            Calibration = calibration,
            UnitBlocks = Blocks(macs, calibration),
            Environment = DevicePlaces.Environment(mined, entry.Files),
            Soc = entry.Files.Find(f => f.Soc is not null)?.Soc ?? mined.Soc,
            Arch = TargetProcessors.Of(mined.Target),
            LoadAddress = mined.Hdr?.GetValueOrDefault("kernel_loadaddr") is string load ? Address(load) : null,
            Safeloader = mined.Safeloader is string board ? DevicePlaces.Safeloader(index, board) : null,
        };
    }

    private static long[] Beginnings(FlashChip? chip)
    {
        List<long> starts = [];
        foreach (FlashPart part in chip?.Parts ?? [])
        {
            if (!starts.Contains(part.Offset))
                starts.Add(part.Offset);
        }
        return [.. starts];
    }

    /// <summary>Places of six bytes, each once.</summary>
    private static MacPlace[] Raw(MacPlace[] macs)
    {
        List<MacPlace> raw = [];
        foreach (MacPlace mac in macs)
        {
            if (mac is { At: long at, AsText: false } && !raw.Exists(other => other.At == at))
                raw.Add(mac);
        }
        return [.. raw];
    }

    private static long[] Blocks(MacPlace[] macs, CalibrationPlace[] calibration)
    {
        List<long> blocks = [];
        foreach (CalibrationPlace place in calibration)
            Add(blocks, place.At);
        foreach (MacPlace mac in macs)
        {
            if (mac.At is long at)
                Add(blocks, at);
        }
        return [.. blocks];
    }

    private static void Add(List<long> blocks, long at)
    {
        long block = at / DumpPlaces.Block * DumpPlaces.Block;
        if (!blocks.Contains(block))
            blocks.Add(block);
    }

    private static uint? Address(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint at)
            ? at : null;
}
