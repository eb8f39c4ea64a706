using System.Globalization;
using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Serial;

/// <summary>A serial port of this computer.</summary>
/// <param name="Path">The device: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</param>
/// <param name="StablePath">A name that stays when it is plugged in again (<c>/dev/serial/by-id/…</c>); null without one.</param>
/// <param name="Vendor">USB vendor id; null when it is not on USB.</param>
/// <param name="Product">USB product id; null when it is not on USB.</param>
/// <param name="Name">What the adapter says it is.</param>
/// <param name="MayOpen">Whether this user may open it.</param>
public sealed record SerialPortEntry(string Path, string? StablePath, int? Vendor, int? Product, string Name, bool MayOpen);

/// <summary>The serial ports of this computer: those of USB adapters, and UARTs that are really there (sysfs, udev's links).</summary>
public static class SerialPortList
{
    private const int MostPorts = 256;

    /// <summary>All, those of USB first.</summary>
    /// <param name="devices">Where devices are: <c>/dev</c>.</param>
    /// <param name="sysfs">Where the kernel tells of them: <c>/sys</c>.</param>
    public static IReadOnlyList<SerialPortEntry> Find(string devices = "/dev", string sysfs = "/sys")
    {
        if (OperatingSystem.IsWindows())
            return Windows.WindowsPorts.Find();
        Dictionary<string, string> stable = Stable(devices);
        List<SerialPortEntry> found = [];
        foreach (string entry in Names($"{sysfs}/class/tty").Order(StringComparer.Ordinal).Take(MostPorts * 8))
        {
            string name = Path.GetFileName(entry), device = $"{devices}/{name}";
            // Consoles and pseudo-terminals have no device behind them; a UART of type 0 is a place without a chip.
            if (!Directory.Exists($"{entry}/device") || Text($"{entry}/type") == "0" || !File.Exists(device))
                continue;
            string? usb = UsbFolder($"{entry}/device");
            string text = usb is null ? "UART on the board" : $"{Text($"{usb}/manufacturer")} {Text($"{usb}/product")}".Trim();
            found.Add(new SerialPortEntry(device, stable.GetValueOrDefault(name), Hex(usb, "idVendor"), Hex(usb, "idProduct"), text, MayOpen(device)));
        }
        return [.. found.OrderBy(p => p.Vendor is null).ThenBy(p => p.Path, StringComparer.Ordinal).Take(MostPorts)];
    }

    /// <summary>The name of a port that stays when it is plugged in again; the port itself without one.</summary>
    public static string StablePath(string path, string devices = "/dev") =>
        OperatingSystem.IsLinux() && Stable(devices).TryGetValue(Path.GetFileName(path), out string? stable) ? stable : path;

    private static Dictionary<string, string> Stable(string devices)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        foreach (string link in Names($"{devices}/serial/by-id"))
        {
            if (Try(() => File.ResolveLinkTarget(link, true)?.Name) is { } name)
                found[name] = link;
        }
        return found;
    }

    /// <summary>The folder of the USB device that a port belongs to: some steps up from its interface.</summary>
    private static string? UsbFolder(string device)
    {
        string? folder = Try(() => Directory.ResolveLinkTarget(device, true)?.FullName) ?? device;
        for (int i = 0; i < 5 && folder is not null; i++, folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists($"{folder}/idVendor"))
                return folder;
        }
        return null;
    }

    /// <summary>Asked, not tried: opening a port moves its lines.</summary>
    private static bool MayOpen(string device)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        NativeLibraries.Ready();
        return Posix.Access(device, Posix.ReadAndWrite) == 0;
    }

    private static string[] Names(string folder) => Try(() => Directory.GetFileSystemEntries(folder)) ?? [];

    private static string? Text(string path) => Try(() => File.Exists(path) ? File.ReadAllText(path).Trim() : null);

    private static int? Hex(string? folder, string name) =>
        folder is not null && int.TryParse(Text($"{folder}/{name}"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
