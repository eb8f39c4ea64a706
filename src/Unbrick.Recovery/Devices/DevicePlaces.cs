using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>The places of a device's flash, and how images for it are made, from mined facts and files.</summary>
internal static class DevicePlaces
{
    public static ImmutableArray<MacPlace> Macs(MinedDevice mined) =>
    [
        .. (mined.Mac ?? []).Select(m => new MacPlace(m.Role, m.Part, m.Abs, m.Inc, m.Label, m.Fmt == "ascii" || m.Fn is "ascii" or "text")),
    ];

    public static ImmutableArray<CalibrationPlace> Calibration(MinedDevice mined) =>
    [
        .. (mined.Cal ?? []).Where(c => c.Abs is not null).Select(c => new CalibrationPlace(c.Part, c.Abs!.Value, c.Len, c.Dev)),
    ];

    /// <summary>What was checked by hand wins: where the miner had only a label to go by, the size is that of the partition.</summary>
    public static EnvironmentPlace? Environment(MinedDevice mined, IEnumerable<DeviceSource> files)
    {
        if (files.Select(f => f.Env).FirstOrDefault(e => e is not null) is { } said)
            return new EnvironmentPlace(said.Part, said.Offset, said.CrcOver ?? mined.Env?.Size, mined.Env?.Copies ?? 1);
        return mined.Env is { Abs: long at } env ? new EnvironmentPlace(env.Part, at, env.Size, env.Copies ?? 1) : null;
    }

    /// <summary>The chip with the map; null when there is none that is the same for all units.</summary>
    public static FlashChip? Chip(MinedDevice mined)
    {
        foreach (MinedChip chip in mined.Flash ?? [])
        {
            if (chip.Type != "mtd-concat" && chip.Parts.Count(p => p.Flags is not null) > 1)
                return Chip(chip, mined);
        }
        return null;
    }

    public static FlashChip Chip(MinedChip chip, MinedDevice mined) =>
        new(chip.Type, chip.Size, [.. chip.Parts.Where(p => p.Flags is not null).Select(p => Part(p, mined))]);

    public static ImmutableArray<ImageRecipe> Recipes(DeviceIndex index, MinedDevice mined)
    {
        IEnumerable<ImageRecipe> images = (mined.Images ?? []).Select(image => new ImageRecipe(image.Key, index.Recipe(image.Value)));
        return [.. mined.Kernel is int kernel ? images.Append(new ImageRecipe("kernel", index.Recipe(kernel))) : images];
    }

    public static SafeloaderBoard? Safeloader(DeviceIndex index, string board) =>
        index.Safeloader(board) is { } table ? new SafeloaderBoard(board, [.. table.Support], [.. table.Parts.Select(Part)]) : null;

    private static FlashPart Part(MinedPart part, MinedDevice mined) => new(part.Name, part.Offset, part.Size, part.Flags!.Contains('r'),
        part.Flags.Contains('s'), Array.Exists(mined.Mac ?? [], m => m.Part == part.Name) || Array.Exists(mined.Cal ?? [], c => c.Part == part.Name));

    private static FlashPart Part(MinedPart part) => new(part.Name, part.Offset, part.Size, ReadOnly: false, Nested: false, OneOfAKind: false);
}
