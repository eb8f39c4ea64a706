using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>MAC addresses that differ between two dumps of a device.</summary>
public static class MacDiff
{
    /// <summary>One sentence for each stored address in the region that is another one in the second image.</summary>
    public static IEnumerable<string> Of(DeviceProfile device, Region region, ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b)
    {
        ArgumentNullException.ThrowIfNull(region);
        MacSpot[] spots = [.. DeviceMacs.Spots(device).Where(s => region.Offset <= s.At && s.At < region.End)];
        MacEditor left = new(new EditedImage(a), spots, []), right = new(new EditedImage(b), spots, []);
        foreach ((MacSpot spot, Formats.Flash.MacAddress? before) in left.Addresses)
        {
            Formats.Flash.MacAddress? after = right.Addresses.FirstOrDefault(x => x.Spot == spot).Address;
            if (before != after)
                yield return $"MAC address {spot.Role} (0x{spot.At:x6}): {before?.ToString() ?? "none"} -> {after?.ToString() ?? "none"}";
        }
    }
}
