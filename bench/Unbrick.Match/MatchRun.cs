using System.Collections.Immutable;
using System.Diagnostics;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;

namespace Unbrick.Match;

/// <summary>Makes a dump of each mapped NOR device and asks the matcher which device it is of.</summary>
internal sealed class MatchRun(DeviceLibrary library, byte[] squashfs)
{
    private readonly DeviceMatcher _matcher = new(library);

    /// <summary>Devices with a map of a NOR chip that is the same for all units, from 1 MiB on; with recipes.</summary>
    public IEnumerable<DeviceProfile> Mapped() =>
        library.All().Where(d => Map(d) is not null).Select(d => library.Get(d.Id)!);

    /// <param name="device">The device, with its recipes.</param>
    /// <param name="withTree">With the device tree in the packed kernel; else the kernel says nothing.</param>
    /// <param name="seed">Which unit.</param>
    public MatchTry Try(DeviceProfile device, bool withTree, int seed)
    {
        byte[] dump = new DumpGenerator(seed ^ Stable(device.Id), squashfs).Make(device, withTree);
        CheckedImage image = CheckedImage.Of("", dump);
        long began = Stopwatch.GetTimestamp();
        ImmutableArray<DeviceGuess> guesses = _matcher.Match(image);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        int place = guesses.ToList().FindIndex(g => g.Id == device.Id);
        bool alike = guesses is [{ } first, ..] && Key(library.Get(first.Id)!) == Key(device);
        return new MatchTry(
            device.Id, dump.Length, alike, place == 0, place >= 0 && guesses[place].Confidence >= guesses[0].Confidence,
            guesses.IsEmpty ? null : guesses[0].Id, took.TotalMilliseconds);
    }

    public static FlashChip? Map(DeviceProfile device) =>
        device.Flash.FirstOrDefault(c => c.Type != "mtd-concat" && c.Parts.Length > 1) is { Type: "spi-nor" or "parallel-nor" or "flash", Size: >= 1 << 20 } chip
            ? chip : null;

    /// <summary>What nobody can tell apart without a name: the chip, its partitions, the number in the header.</summary>
    private static string Key(DeviceProfile device) =>
        $"{Map(device)?.Size} {string.Join(' ', (Map(device)?.Parts ?? []).Select(p => $"{p.Offset:x}+{p.Size:x}"))} {device.Header.GetValueOrDefault("tplink_hwid")}";

    /// <summary>The same in every process (FNV-1a).</summary>
    private static int Stable(string text)
    {
        uint hash = 2166136261;
        foreach (char letter in text)
            hash = (hash ^ letter) * 16777619;
        return (int)hash;
    }
}
