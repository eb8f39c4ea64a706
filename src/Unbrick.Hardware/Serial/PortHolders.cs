using System.Globalization;

namespace Unbrick.Hardware.Serial;

/// <summary>A program that has a port open.</summary>
/// <param name="Id">Its process.</param>
/// <param name="Name">Its name: <c>picocom</c>.</param>
public sealed record PortHolder(int Id, string Name);

/// <summary>Who has a serial port open, as far as this user may see it (proc(5), and the lock files of UUCP).</summary>
public static class PortHolders
{
    private const int MostFound = 8, LongestName = 64;

    /// <summary>One sentence for a message; null when nobody is seen.</summary>
    /// <param name="path">The device, perhaps with a rate behind a colon.</param>
    public static string? Name(string path)
    {
        if (SerialAddress.TryParse(path, out SerialAddress? address, out _) && address is DeviceAddress device)
            path = device.Path;
        PortHolder[] holders = [.. Find(path, "/proc", "/var/lock", "/run/lock")];
        return holders.Length == 0 ? null : string.Join(", ", holders.Select(Describe));
    }

    /// <summary>Who has it open.</summary>
    /// <param name="path">The device.</param>
    /// <param name="processes">Where processes are listed: <c>/proc</c>.</param>
    /// <param name="locks">Folders with lock files.</param>
    public static IEnumerable<PortHolder> Find(string path, string processes, params IEnumerable<string> locks)
    {
        ArgumentNullException.ThrowIfNull(locks);
        if (!OperatingSystem.IsLinux())
            return [];
        string device = Target(path) ?? path;
        List<PortHolder> found = [];
        foreach (string folder in Folders(processes))
        {
            if (found.Count < MostFound && int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && id != Environment.ProcessId && Files(Path.Combine(folder, "fd")).Any(link => Target(link) == device))
                found.Add(new PortHolder(id, Text(Path.Combine(folder, "comm")) ?? "?"));
        }
        foreach (string folder in locks)
        {
            string? text = Text(Path.Combine(folder, $"LCK..{Path.GetFileName(device)}"));
            if (int.TryParse(text, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int id) && found.All(h => h.Id != id)
                && Text(Path.Combine(processes, id.ToString(CultureInfo.InvariantCulture), "comm")) is { } name)
                found.Add(new PortHolder(id, name));
        }
        return found;
    }

    private static string Describe(PortHolder holder) => holder.Name switch
    {
        "agetty" or "getty" => $"a login prompt ({holder.Name}, process {holder.Id})",
        "ModemManager" => $"ModemManager (process {holder.Id}), which looks for a modem",
        _ => $"{holder.Name} (process {holder.Id})",
    };

    private static string[] Folders(string path) => Try(() => Directory.GetDirectories(path)) ?? [];

    private static string[] Files(string path) => Try(() => Directory.GetFiles(path)) ?? [];

    private static string? Target(string link) => Try(() => File.ResolveLinkTarget(link, true)?.FullName);

    private static string? Text(string path) => Try(() =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[LongestName];
        return System.Text.Encoding.Latin1.GetString(bytes[..file.Read(bytes)]).Trim();
    });

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
