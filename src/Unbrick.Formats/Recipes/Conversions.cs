using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Editing;
using Unbrick.Formats.OpenWrt;
using Unbrick.Formats.TpLink;

namespace Unbrick.Formats.Recipes;

/// <summary>From one kind of image to another, with bytes that are in the files only; where that is not possible, the step refuses.</summary>
internal static class Conversions
{
    public static byte[] Unwrap(Finding? found, byte[] image) =>
        found is null || ContainerContent.Of(image, found) is not { } content
            ? throw Refused("a container with the content in it", FlawCode.Structure, found?.Format ?? ByteText.Exact(image.Length),
                "Of this one it is not known which bytes the recovery writes.", "See what it is: unbrick identify FILE")
            : content;

    public static byte[] LayOut(Finding? found, byte[] image, RecipeTarget? target)
    {
        Region firmware = target?.Map?.Regions.FirstOrDefault(r => r.Kind == RegionKind.Firmware && r.Length > 0)
            ?? throw new RecipeFaultException("where the firmware begins in the flash is not known without a device's map (--for DEVICE)");
        return found is not null && SafeloaderFlash.Region(image, found, firmware.Offset, firmware.Length) is { } region
            ? region
            : throw Refused(
                $"kernel and root file system inside 0x{firmware.Offset:x6} + {ByteText.Short(firmware.Length)}", FlawCode.OffsetRange,
                $"the image's map of the flash has {Places(found)}",
                $"The firmware partition of {target.Name} under OpenWrt is another one: sysupgrade would write the kernel to a wrong place.",
                "Use the image as it is, by the vendor's web page or recovery.");
    }

    public static byte[] ReplaceFirmware(Finding? found, byte[] image, ReadOnlyMemory<byte> firmware)
    {
        ReadOnlySpan<byte> content = firmware.Span[..AppendedMetadata.Start(firmware.Span)];
        if (found is not null && SafeloaderFlash.Replace(image, found, content) is { } replaced)
            return replaced;
        int? wanted = found is null ? null : SafeloaderFlash.Distance(image, found);
        int rootfs = content.IndexOf("hsqs"u8);
        throw Refused(
            wanted is null ? "one kernel and one root file system" : $"the root file system 0x{wanted:x} behind the kernel, no more than fits",
            FlawCode.OffsetRange, rootfs < 0 ? "no squashfs in the sysupgrade image" : $"the root file system is 0x{rootfs:x} behind the kernel",
            "The boot loader lays the partitions out by the map that is in the factory image; kernel or root file system are elsewhere, or longer.",
            "Download the factory image of the same release.", "With OpenWrt on the unit, sysupgrade takes the file that you have.");
    }

    /// <summary>As include/image-commands.mk of OpenWrt makes them, without the release: that is not known.</summary>
    public static byte[] AddMetadata(byte[] image, RecipeTarget target)
    {
        if (target.Boards.IsEmpty)
        {
            throw Refused($"the board names of {target.Name}", FlawCode.MetadataMissing, "none are known", "Without them sysupgrade does not take the file.",
                "Leave --for away, and give the file to sysupgrade -F.");
        }
        if (target.Compat != "1.0")
        {
            throw Refused(
                "an image of which the compatibility version is known", FlawCode.MetadataMissing,
                $"OpenWrt's images for {target.Name} are of version {target.Compat} now and were of another before",
                "The factory image does not say of which it is, and settings of one do not work with the other.",
                "Download the sysupgrade image of the same release.");
        }
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            writer.WriteString("metadata_version", "1.1");
            writer.WriteString("compat_version", target.Compat);
            writer.WriteStartArray("supported_devices");
            foreach (string board in target.Boards)
                writer.WriteStringValue(board);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return FwTool.Append(image, Encoding.UTF8.GetString(json.ToArray()));
    }

    /// <summary>What the metadata say, or that there are none.</summary>
    public static ImmutableArray<string> NotesOn(RecipeWay way, RecipeTarget? target) =>
        way.Steps.All(s => s.Op != RecipeOperation.Metadata) ? []
        : target is null ? ["no metadata at the end: only sysupgrade -F takes it; --for DEVICE adds them"]
        : [$"metadata at the end: for {string.Join(", ", target.Boards)}; of which release it is, they do not say"];

    private static string Places(Finding? found)
    {
        IEnumerable<string> places = found?["flash_map"] is IReadOnlyDictionary<string, string> map
            ? map.Where(p => p.Key.StartsWith("os-image", StringComparison.Ordinal) || p.Key.StartsWith("file-system", StringComparison.Ordinal))
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} at {p.Value.Split('+')[0]}"))
            : [];
        string text = string.Join(", ", places);
        return text.Length > 0 ? text : "neither";
    }

    private static RecipeRefusedException Refused(string what, string code, string seen, string means, params ReadOnlySpan<string> tries) =>
        new(new RecipeCheck { What = what, Code = code, Means = means, Try = [.. tries] }, seen);
}
