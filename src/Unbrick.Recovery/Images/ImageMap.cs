using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Formats;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>A file with its regions and with what was found in it.</summary>
public sealed class ImageMap
{
    private ImageMap(DeviceProfile? device, Layout layout, ImmutableArray<Finding> content, ReadOnlySpan<byte> image)
    {
        (Device, Layout, Content) = (device, layout, content);
        (Agree, Expected) = layout.Confirm(image);
    }

    /// <summary>Whose map it is; null when the regions are what was found.</summary>
    public DeviceProfile? Device { get; }

    /// <summary>The regions.</summary>
    public Layout Layout { get; }

    /// <summary>What was found.</summary>
    public ImmutableArray<Finding> Content { get; }

    /// <summary>How many regions of those that must not be empty hold something.</summary>
    public int Agree { get; }

    /// <summary>How many must not be empty.</summary>
    public int Expected { get; }

    /// <summary>Names of the regions, each once: a second <c>uimage</c> is <c>uimage-2</c>.</summary>
    public IEnumerable<string> Names => Named().Select(n => n.Name);

    /// <summary>Looks at a file, with a device's map when there is one.</summary>
    public static ImageMap Of(ReadOnlyMemory<byte> image, DeviceProfile? device)
    {
        ImmutableArray<Finding> content = ImageScan.Tile(image);
        Layout layout = (device is null ? null : DeviceLayout.Of(device)) ?? Layout.OfContent(content);
        return new ImageMap(device, layout, content, image.Span);
    }

    /// <summary>Formats that were found in a region, in order.</summary>
    public ImmutableArray<string> Holds(Region region)
    {
        ArgumentNullException.ThrowIfNull(region);
        return [.. Content.Where(f => f.Offset < region.End && f.End > region.Offset).Select(f => f.Format)];
    }

    /// <summary>The region with that name, or that begins at that offset (<c>0x7f0000</c>), as far as the file has it.</summary>
    public Region? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        long end = Content.IsEmpty ? 0 : Content[^1].End;
        bool isOffset = name.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            & long.TryParse(name.AsSpan(Math.Min(2, name.Length)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long offset);
        foreach ((string known, Region region) in Named())
        {
            bool meant = isOffset ? region.Offset == offset : known.Equals(name, StringComparison.OrdinalIgnoreCase);
            if (meant && region.Offset < end)
                return region with { Name = known, Length = Math.Min(region.Length, end - region.Offset) };
        }
        return null;
    }

    private IEnumerable<(string Name, Region Region)> Named()
    {
        Dictionary<string, int> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (Region region in Layout.Regions)
        {
            int times = seen[region.Name] = seen.GetValueOrDefault(region.Name) + 1;
            yield return (times == 1 ? region.Name : $"{region.Name}-{times}", region);
        }
    }
}
