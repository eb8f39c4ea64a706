using System.Collections.Immutable;

namespace Unbrick.Recovery.Devices;

/// <summary>Merges what files and mined facts say about one device; the user's word counts first, then checked, then mined.</summary>
internal static class DeviceProfileBuilder
{
    public static DeviceProfile Build(DeviceIndex index, DeviceEntry entry)
    {
        MinedDevice mined = entry.Mined();
        ImmutableArray<RecoveryWay> recovery = Ways(index, entry, mined);
        DeviceFile[] files = [.. entry.Files.Select(f => f.File)];
        ImmutableArray<CitedText> warnings = [.. files.SelectMany(f => f.Warnings)], notes = [.. files.SelectMany(f => f.Notes)];
        ImmutableArray<KnownImage> images = [.. files.SelectMany(f => f.Images)];
        SerialFacts? serial = files.Select(f => f.Serial).FirstOrDefault(s => s is not null) ?? MinedSerial(mined);
        ImmutableArray<string> userFiles = [.. entry.Files.Select(f => f.UserPath).OfType<string>()];
        return Sketch(index, entry, mined) with
        {
            OtherNames = [.. files.SelectMany(f => f.Names).Concat(mined.Alt ?? []).Distinct().Where(name => name != entry.Name)],
            Recipes = DevicePlaces.Recipes(index, mined),
            FlashChipsSeen = [.. files.SelectMany(f => f.FlashChips).Distinct()],
            Recovery = recovery,
            Serial = serial,
            Images = images,
            Warnings = warnings,
            Notes = notes,
            Provenance = userFiles.IsEmpty ? Provenance.BuiltIn : Provenance.UserFile,
            UserFiles = userFiles,
            Sources =
            [
                .. recovery.SelectMany(way => way.Sources).Concat(serial?.Sources ?? []).Concat(images.SelectMany(i => i.Sources))
                    .Concat(warnings.SelectMany(w => w.Sources)).Concat(notes.SelectMany(n => n.Sources))
                    .Concat(DeviceTree(mined)).Distinct(),
            ],
        };
    }

    /// <summary>
    /// What an image can show of a device: names, numbers and places. Nothing about recovery, recipes and sources, which nobody asks for who
    /// looks at all devices at once.
    /// </summary>
    public static DeviceProfile Sketch(DeviceIndex index, DeviceEntry entry) => Sketch(index, entry, entry.MinedSketch());

    private static DeviceProfile Sketch(DeviceIndex index, DeviceEntry entry, MinedDevice mined)
    {
        List<DeviceSource> files = entry.Files;
        return new DeviceProfile
        {
            Id = entry.Id,
            Name = DeviceNaming.NameOf(entry, mined),
            Vendor = First(files, f => f.Vendor) ?? mined.Vendor ?? "",
            Model = First(files, f => f.Model) ?? mined.Model ?? "",
            Variant = First(files, f => f.Variant) ?? mined.Variant,
            OtherNames = [],
            Target = mined.Target,
            Soc = First(files, f => f.Soc) ?? mined.Soc,
            Compatible = [.. files.SelectMany(f => f.Compatible).Concat(mined.Compatible ?? []).Distinct()],
            Supported = [.. mined.Supported ?? []],
            ImageSize = mined.ImageSize,
            KernelSize = mined.KernelSize,
            BlockSize = mined.Blocksize,
            Header = (mined.Hdr ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Xiaomi = files.Select(f => f.Xiaomi).FirstOrDefault(x => x is not null),
            Safeloader = mined.Safeloader is string board ? DevicePlaces.Safeloader(index, board) : null,
            Macs = DevicePlaces.Macs(mined),
            Calibration = DevicePlaces.Calibration(mined),
            Environment = DevicePlaces.Environment(mined, files),
            Flash = [.. (mined.Flash ?? []).Select(chip => DevicePlaces.Chip(chip, mined))],
            FlashChipsSeen = [],
            Recovery = [],
            Images = [],
            Warnings = [],
            Notes = [],
            Provenance = Provenance.BuiltIn,
            UserFiles = [],
            Sources = [],
        };
    }

    private static ImmutableArray<RecoveryWay> Ways(DeviceIndex index, DeviceEntry entry, MinedDevice mined)
    {
        List<RecoveryWay> ways = [];
        foreach (DeviceSource file in entry.Files)
            ways.AddRange(file.File.Recovery.Select(way => way with { Standing = file.UserPath is null ? FactStanding.Checked : FactStanding.User }));
        // What is usual for the make has nothing to add where the device itself was looked at.
        foreach (DeviceSource family in ways.Count > 0 ? [] : index.Families)
        {
            if (family.Family.Any(start => entry.Id.StartsWith(start, StringComparison.Ordinal)))
                ways.AddRange(family.File.Recovery.Select(way => way with { Standing = FactStanding.Family }));
        }
        ways.AddRange(HintedWays.From(mined.Recovery));
        return [.. ways];
    }

    private static SerialFacts? MinedSerial(MinedDevice mined)
    {
        MinedSerial? said = mined.Recovery?.Serial;
        string? key = mined.Recovery?.UbootKey is [{ } first, ..] ? first : null;
        if (said is null && mined.Baud is null && key is null)
            return null;
        return new SerialFacts
        {
            Baud = said?.Baud ?? mined.Baud,
            Format = said?.Fmt,
            Voltage = said?.V,
            Header = said?.Header,
            Pinout = [.. said?.Pinout ?? []],
            Interrupt = key,
            Sources = [.. said is null ? [] : HintedWays.Commits(mined.Recovery!), .. DeviceTree(mined)],
        };
    }

    private static string[] DeviceTree(MinedDevice mined) => mined.Dts is null ? [] : [$"openwrt {mined.Target} {mined.Dts}"];

    private static string? First(IEnumerable<DeviceSource> files, Func<DeviceSource, string?> value) =>
        files.Select(value).FirstOrDefault(v => v is not null);
}
