using System.Globalization;
using Unbrick.Net.Native;

namespace Unbrick.Net.Host;

/// <summary>What only sysfs tells about an adapter (Documentation/ABI/testing/sysfs-class-net in the Linux sources).</summary>
/// <param name="Listed">sysfs knows the adapter at all; in a bare container or chroot it may not.</param>
/// <param name="HasDevice">There is hardware behind it.</param>
/// <param name="Wireless">It is a radio.</param>
/// <param name="DeviceType">DEVTYPE of its uevent (<c>wlan</c>, <c>wwan</c>, <c>bluetooth</c>); null for a plain cable socket.</param>
/// <param name="SpeedMbit">Negotiated speed; null without link.</param>
internal readonly record struct SysfsFacts(bool Listed, bool HasDevice, bool Wireless, string? DeviceType, int? SpeedMbit)
{
    private const string DeviceTypeKey = "DEVTYPE=";

    /// <summary>Reads the files of one adapter; whatever cannot be read is not known.</summary>
    public static SysfsFacts Read(string sysRoot, NetlinkLink link)
    {
        string folder = Path.Combine(sysRoot, "class", "net", link.Name);
        if (!Directory.Exists(folder))
            return default;
        string? type = ReadText(Path.Combine(folder, "uevent"))?.Split('\n')
            .FirstOrDefault(line => line.StartsWith(DeviceTypeKey, StringComparison.Ordinal))?[DeviceTypeKey.Length..].Trim();
        bool Has(string entry) => Directory.Exists(Path.Combine(folder, entry));
        // Without a link the file answers with an error or -1, and some USB adapters are asked over the bus: read it only with one.
        string? speedText = link.Carrier ? ReadText(Path.Combine(folder, "speed")) : null;
        int? speed = int.TryParse(speedText, NumberStyles.AllowTrailingWhite, null, out int megabits) && megabits > 0 ? megabits : null;
        return new(Listed: true, Has("device"), Has("wireless") || Has("phy80211"), type, speed);
    }

    /// <summary>
    /// The counters of frames that came broken: checksum, alignment, length, and collisions, which one side sees when the two do not agree on
    /// duplex (Documentation/ABI/testing/sysfs-class-net-statistics). Null when there are none.
    /// </summary>
    public static long? DamagedFrames(string sysRoot, string adapter)
    {
        string folder = Path.Combine(sysRoot, "class", "net", adapter, "statistics");
        long? sum = null;
        foreach (string counter in (string[])["rx_crc_errors", "rx_frame_errors", "rx_length_errors", "collisions"])
        {
            if (long.TryParse(ReadText(Path.Combine(folder, counter)), NumberStyles.AllowTrailingWhite, null, out long count))
                sum = (sum ?? 0) + count;
        }
        return sum;
    }

    /// <summary>The kernel's count of fallen carriers (sysfs-class-net, since Linux 4.16); null when there is none.</summary>
    public static long? CarrierLosses(string sysRoot, string adapter) =>
        long.TryParse(ReadText(Path.Combine(sysRoot, "class", "net", adapter, "carrier_down_count")), NumberStyles.AllowTrailingWhite, null, out long count)
            ? count : null;

    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
