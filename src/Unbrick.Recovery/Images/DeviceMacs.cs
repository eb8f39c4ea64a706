using System.Collections.Immutable;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>The places of a device's MAC addresses under names that the user can type.</summary>
public static class DeviceMacs
{
    /// <summary>
    /// Places by role. A role that has several stored addresses (two radios) gets numbers in the order of their places: <c>wlan0</c>,
    /// <c>wlan1</c>.
    /// </summary>
    public static ImmutableArray<MacSpot> Spots(DeviceProfile device)
    {
        ArgumentNullException.ThrowIfNull(device);
        IEnumerable<MacPlace> known = device.Macs.Where(m => m.At is not null).DistinctBy(m => (m.Role, m.At, m.Increment));
        MacPlace[] places = [.. known.OrderBy(m => m.At).ThenBy(m => m.Increment)];
        List<MacSpot> spots = [];
        foreach (IGrouping<string, MacPlace> role in places.GroupBy(m => m.Role))
        {
            MacPlace[] all = [.. role];
            for (int i = 0; i < all.Length; i++)
            {
                string name = all.Length == 1 ? role.Key : $"{role.Key}{i}";
                spots.Add(new MacSpot(name, all[i].At!.Value, all[i].Increment, all[i].AsText, all[i].OnLabel));
            }
        }
        return [.. spots.OrderBy(s => s.At)];
    }
}
