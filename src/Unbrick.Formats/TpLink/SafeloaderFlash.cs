using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.TpLink;

// openwrt/firmware-utils src/tplink-safeloader.c, convert_firmware: os-image first, FF up to where the map of the image has file-system,
// then file-system.

/// <summary>What the boot loader makes of a safeloader image: each partition at the place that the image's map of the flash gives it.</summary>
public static class SafeloaderFlash
{
    private const string MapName = "partition-table", Kernel = "os-image", Rootfs = "file-system";

    private const int MapHead = 4;

    /// <summary>
    /// The region of the flash from <paramref name="at"/> on, <paramref name="length"/> bytes at the most, as the boot loader writes it; FF
    /// where it writes nothing, nothing behind the last byte written. Null when the image has no kernel for it, or no map.
    /// </summary>
    public static byte[]? Region(ReadOnlySpan<byte> image, Finding found, long at, long length)
    {
        ArgumentNullException.ThrowIfNull(found);
        List<(long Start, Part Part)> placed = [];
        foreach (SafeloaderEntry place in Map(image, found))
        {
            bool inside = place.Base >= at && place.Base < at + length;
            foreach (Part part in found.Parts.Where(p => inside && p.Name == place.Name).Take(1))
            {
                if (part.Length > place.Size || place.Base - at + part.Length > length)
                    return null;
                placed.Add((place.Base - at, part));
            }
        }
        if (!placed.Exists(p => p.Start == 0 && IsKind(p.Part.Name, Kernel)) || !placed.Exists(p => IsKind(p.Part.Name, Rootfs)))
            return null;
        byte[] region = new byte[placed.Max(p => p.Start + p.Part.Length)];
        region.AsSpan().Fill(0xFF);
        foreach ((long start, Part part) in placed)
            image.Slice(part.Offset, part.Length).CopyTo(region.AsSpan((int)start));
        return region;
    }

    /// <summary>
    /// The image with another kernel and root file system, which lie in <paramref name="firmware"/> as far from each other as the image's map
    /// has them. Null when the root file system is at another place, or the image has not one of each.
    /// </summary>
    public static byte[]? Replace(ReadOnlySpan<byte> image, Finding found, ReadOnlySpan<byte> firmware)
    {
        ArgumentNullException.ThrowIfNull(found);
        ImmutableArray<SafeloaderEntry> map = Map(image, found);
        if (Distance(image, found) is not int rootfs || !firmware.Has("hsqs"u8, rootfs) || found.Variant == "qnew")
            return null;
        byte[] kernel = firmware[..(firmware[..rootfs].LastIndexOfAnyExcept((byte)0xFF) + 1)].ToArray();
        SafeloaderPartition[] partitions = new SafeloaderPartition[found.Parts.Length];
        for (int i = 0; i < partitions.Length; i++)
        {
            Part part = found.Parts[i];
            ReadOnlyMemory<byte> data = IsKind(part.Name, Kernel) ? kernel
                : IsKind(part.Name, Rootfs) ? firmware[rootfs..].ToArray() : image.Slice(part.Offset, part.Length).ToArray();
            if (map.FirstOrDefault(e => e.Name == part.Name) is { Size: > 0 } place && data.Length > place.Size)
                return null;
            partitions[i] = new(part.Name, data);
        }
        return Safeloader.Write(image.Slice(Safeloader.Preamble, Safeloader.HeaderSize), partitions);
    }

    /// <summary>How far the map has the root file system behind the kernel, in bytes; null when it has not one of each.</summary>
    public static int? Distance(ReadOnlySpan<byte> image, Finding found)
    {
        ArgumentNullException.ThrowIfNull(found);
        ImmutableArray<SafeloaderEntry> map = Map(image, found);
        SafeloaderEntry[] kernels = [.. map.Where(e => e.Kind == Kernel && Has(found, e))], rootfs = [.. map.Where(e => e.Kind == Rootfs && Has(found, e))];
        return kernels.Length == 1 && rootfs.Length == 1 && rootfs[0].Base - kernels[0].Base is > 0 and < int.MaxValue and var distance
            ? (int)distance : null;
    }

    private static bool Has(Finding found, SafeloaderEntry place) => found.Parts.Any(p => p.Name == place.Name);

    private static bool IsKind(string name, string kind) => name.Split('@')[0] == kind;

    private static ImmutableArray<SafeloaderEntry> Map(ReadOnlySpan<byte> image, Finding found)
    {
        foreach (Part part in found.Parts.Where(p => IsKind(p.Name, MapName) && p.Length > MapHead))
            return SafeloaderEntry.Read(image.Slice(part.Offset + MapHead, part.Length - MapHead), "partition", out _);
        return [];
    }
}
