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

    public static ImmutableArray<ImageRecipe> Recipes(DeviceIndex index, MinedDevice mined)
    {
        IEnumerable<ImageRecipe> images = (mined.Images ?? []).Select(image => new ImageRecipe(image.Key, index.Recipe(image.Value)));
        return [.. mined.Kernel is int kernel ? images.Append(new ImageRecipe("kernel", index.Recipe(kernel))) : images];
    }

    public static SafeloaderBoard? Safeloader(DeviceIndex index, string board) =>
        index.Safeloader(board) is { } table ? new SafeloaderBoard(board, [.. table.Support], [.. table.Parts.Select(Part)]) : null;

    private static FlashPart Part(MinedPart part) => new(part.Name, part.Offset, part.Size, ReadOnly: false, Nested: false, OneOfAKind: false);
}
