using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary>Words for what was found in a file.</summary>
internal static class IdentifyWords
{
    /// <summary>Facts that tell people most, in this order; the rest is for <c>--json</c>.</summary>
    private static readonly string[] s_telling =
    [
        FactName.Model, FactName.Product, FactName.Board, FactName.Vendor, FactName.Name, FactName.HwId, FactName.HwRev, FactName.DeviceId, FactName.Region,
        FactName.Version, FactName.Signature, FactName.Arch, FactName.ChipId, FactName.Compression, FactName.Compatible, FactName.SupportedDevices,
        FactName.Macs, "member", FactName.PlainSize, "fill", "entropy",
    ];

    private const int MostFacts = 4, LongestList = 2;

    /// <summary>Stable word for scripts.</summary>
    public static string Id(FileKind kind) => kind switch
    {
        FileKind.Factory => "factory",
        FileKind.Sysupgrade => "sysupgrade",
        FileKind.Recovery => "recovery",
        FileKind.Initramfs => "initramfs",
        FileKind.FullDump => "full-dump",
        FileKind.BootLoader => "boot-loader",
        FileKind.Partition => "partition",
        FileKind.Kernel => "kernel",
        FileKind.Disk => "disk",
        FileKind.FileSystem => "file-system",
        FileKind.ModuleFirmware => "module-firmware",
        FileKind.Packed => "packed",
        FileKind.Blank => "blank",
        _ => "unknown",
    };

    /// <summary>What one does with it.</summary>
    public static string Sentence(FileKind kind) => kind switch
    {
        FileKind.Factory => "factory image: for the vendor's update page or network recovery",
        FileKind.Sysupgrade => "sysupgrade image: for a device that runs OpenWrt already",
        FileKind.Recovery => "recovery image: for the boot loader's network recovery, boot loader inside",
        FileKind.Initramfs => "initramfs image: runs from memory, writes nothing",
        FileKind.FullDump => "full dump of a flash chip: has the addresses and calibration of one unit",
        FileKind.BootLoader => "boot loader",
        FileKind.Partition => "one small partition",
        FileKind.Disk => "disk image: for an SD card, or all of an eMMC",
        FileKind.Kernel => "kernel without the header of a vendor",
        FileKind.FileSystem => "file system alone: no kernel, nothing that starts",
        FileKind.ModuleFirmware => "firmware of a Wi-Fi module",
        FileKind.Packed => "packed file",
        FileKind.Blank => "blank: one byte over and over",
        _ => "nothing that is known",
    };

    /// <summary>The facts worth a line: <c>Archer C7, hw_id 0xc7000002</c>.</summary>
    public static string Facts(Finding finding)
    {
        List<string> words = [];
        foreach (string name in s_telling)
        {
            if (words.Count < MostFacts && finding[name] is object value && Text(value) is { Length: > 0 } text)
                words.Add(name is FactName.Model or FactName.Name or FactName.Product or FactName.Board ? text : $"{name} {text}");
        }
        return string.Join(", ", words);
    }

    /// <summary>What to type next, without the program's name.</summary>
    public static IEnumerable<string> Next(Identification file, string path, ImmutableArray<DeviceGuess> devices)
    {
        string quoted = path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/') ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        if (file.Inner is null && file.Main?.Verdict != Verdict.Bad && file.Kind is FileKind.Factory or FileKind.Recovery or FileKind.Initramfs)
            yield return $"serve {(devices.IsEmpty ? "DEVICE" : devices[0].Id)} {SafeText.Show(quoted, 255)}";
        if (!devices.IsEmpty)
            yield return $"devices show {devices[0].Id}";
        else if ((file.Inner ?? file).Says.Model is string model)
            yield return $"devices {model.ToLowerInvariant()}";
        foreach (Finding finding in file.Findings.Where(tile => tile.Verdict == Verdict.Bad).Take(1))
            yield return $"identify {SafeText.Show(quoted, 255)} --json    (every reason, with its place)";
    }

    private static string Text(object value) => value switch
    {
        string text => text,
        long number => number.ToString("N0", null),
        bool flag => flag ? "yes" : "no",
        ImmutableArray<string> list => string.Join(" ", list.Take(LongestList)) + (list.Length > LongestList ? $" +{list.Length - LongestList}" : ""),
        ImmutableSortedDictionary<string, string> map => string.Join(" ", map.Values.Take(LongestList)) + (map.Count > LongestList ? $" +{map.Count - LongestList}" : ""),
        _ => "",
    };
}
