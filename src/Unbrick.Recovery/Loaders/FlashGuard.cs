using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// What may be written through a boot loader, and where. Plain loaders of Ralink and MediaTek check nothing at all before they erase, so that all
/// of it is checked here, before the first key.
/// </summary>
public static class FlashGuard
{
    /// <summary>A header with hardly anything behind it is no kernel, whatever its checksums say.</summary>
    private const int LeastKernel = 1024;

    /// <summary>IH_MAGIC of U-Boot (include/image.h): all that a plain bootm takes.</summary>
    private static readonly byte[] s_magic = [0x27, 0x05, 0x19, 0x56];

    /// <summary>Checks image and place together.</summary>
    /// <returns>Where it goes.</returns>
    /// <inheritdoc cref="CheckImage"/>
    public static Region Check(string name, ReadOnlyMemory<byte> content, DeviceProfile device, string? region, bool anyway)
    {
        CheckImage(name, content, device, anyway);
        return Place(device, region, content.Length);
    }

    /// <summary>Checks an image; throws when it must not be written.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="content">The file.</param>
    /// <param name="device">The device.</param>
    /// <param name="anyway">What cannot be told is taken for right; what is refused stays refused.</param>
    /// <exception cref="UnbrickException">It must not.</exception>
    public static void CheckImage(string name, ReadOnlyMemory<byte> content, DeviceProfile device, bool anyway)
    {
        ArgumentNullException.ThrowIfNull(device);
        CheckedImage image = CheckedImage.Of(Identification.Of(name, content, deep: true));
        ImageVerdict verdict = ImageCheck.Check(image, device, ImageWay.Menu, ExpectedValues.Of(device));
        if (verdict.Answer == ImageAnswer.Refused)
            throw verdict.Refusal(name, device);
        // The loader starts what it wrote with bootm, which wants a kernel of this kind at the very beginning. OpenWrt hangs its own words behind it.
        Finding[] beginning = [.. CheckedImage.Of(name, content).Beginning()];
        Finding? first = beginning.SkipWhile(f => f.Format == "openwrt-sysupgrade").FirstOrDefault();
        if (first is not { Format: "uimage", Verdict: Verdict.Ok, Offset: 0, Length: >= LeastKernel })
        {
            string what = first is { Format: "uimage" } ? $"a kernel of {first.Length:N0} bytes, {first.Verdict.ToString().ToLowerInvariant()}" : beginning.FirstOrDefault()?.Format ?? "nothing known";
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderRange, [$"{name} begins with {what}"], ("what", $"{name} does not begin with a kernel that is whole")), ExitCode.BadImage);
        }
        if (!content.Span.StartsWith(s_magic))
        {
            string magic = Convert.ToHexStringLower(content.Span[..s_magic.Length]);
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderRange, [$"{name} begins with {magic}"], ("what", $"the kernel in {name} is for another loader: bootm wants 27051956")),
                ExitCode.BadImage);
        }
        if (verdict.Answer == ImageAnswer.CannotTell && !anyway)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(
                    ProblemCode.LoaderRange, verdict.Reasons.Select(r => $"{r.Code}: {r.Seen}"), ("what", $"it cannot be told whether {name} is for {device.Name} (--anyway)")),
                ExitCode.Refused);
        }
    }

    /// <summary>Where a region of the device lies; throws when it must not be written, or when the file does not fit.</summary>
    /// <param name="device">The device.</param>
    /// <param name="region">Its name; null for the firmware.</param>
    /// <param name="length">Bytes to write.</param>
    /// <exception cref="UnbrickException">It must not.</exception>
    public static Region Place(DeviceProfile device, string? region, long length)
    {
        ArgumentNullException.ThrowIfNull(device);
        Layout layout = DeviceLayout.Of(device) ?? throw Refused($"the partitions of {device.Name} are not known");
        Region? place = region is null
            ? layout.Find("firmware") ?? layout.Regions.Where(r => r.Kind == RegionKind.Firmware && r.Writable).MaxBy(r => r.Length)
            : layout.Find(region);
        if (place is null)
            throw Refused($"{device.Name} has no region {region ?? "for firmware"}");
        if (place.Kind != RegionKind.Firmware)
            throw Refused($"{place.Name} is {place.Kind.ToString().ToLowerInvariant()} and not firmware");
        return length <= place.Length ? place : throw Refused($"{length:N0} bytes do not fit into {place.Name}, which has {place.Length:N0}");
    }

    private static UnbrickException Refused(string what) =>
        new(ProblemCatalogue.Create(ProblemCode.LoaderRange, [], ("what", what)), ExitCode.Refused);
}
