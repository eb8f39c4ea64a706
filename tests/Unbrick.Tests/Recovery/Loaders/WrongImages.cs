using System.IO.Compression;
using System.Text;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>Files that a plain loader of Ralink would burn for a Xiaomi Mi Router 4A Gigabit, and that must not come so far.</summary>
internal static class WrongImages
{
    public const string Device = "xiaomi_mi-router-4a-gigabit";

    /// <summary>
    /// One sample of each format that is no kernel, and kernels that are damaged, too large, cut, or for others. All of them are wrong even for
    /// somebody who says <c>--anyway</c>.
    /// </summary>
    public static IEnumerable<(string Name, byte[] Bytes)> All()
    {
        string folder = Repository.PathOf("samples");
        foreach (string format in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            string first = Directory.EnumerateFiles(format).Where(f => !f.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).First();
            if (Path.GetFileName(format) is not ("uimage" or "openwrt-sysupgrade"))
                yield return (Path.GetFileName(format), File.ReadAllBytes(first));
        }
        byte[] good = UImages.Make(200_000);
        for (int i = 0; i < 64; i += 8)
            yield return ($"header byte {i} changed", With(good, b => b[i] ^= 0x10));
        yield return ("content changed", With(good, b => b[^1] ^= 1));
        yield return ("one bit in the middle", With(good, b => b[100_000] ^= 0x80));
        yield return ("OKLI", File.ReadAllBytes(Path.Combine(folder, "uimage", "okli-magic.bin")));
        yield return ("cut", good[..^4096]);
        yield return ("cut by a byte", good[..^1]);
        yield return ("cut in half", good[..100_000]);
        yield return ("header only", good[..64]);
        yield return ("shifted", [0, .. good]);
        yield return ("another header before it", [.. UImages.Make(64), .. good]);
        yield return ("halves of words swapped", Swapped(good, 2));
        yield return ("bytes of words swapped", Swapped(good, 4));
        yield return ("too large", UImages.Make(0xE8_0000 + 1));
        yield return ("ARM", UImages.Make(200_000, "ARM OpenWrt Linux-5.15", arch: 2));
        yield return ("MIPS64", UImages.Make(200_000, "MIPS64 OpenWrt", arch: 6));
        yield return ("page of a web server", Encoding.ASCII.GetBytes("<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>"));
        yield return ("text", Encoding.ASCII.GetBytes("openwrt-ramips-mt7621.bin: sha256 0123456789abcdef\n"));
        yield return ("zip", Zip(good));
        yield return ("gzip", GZip(good));
        yield return ("ELF", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, .. new byte[200_000]]);
        yield return ("Windows program", [0x4D, 0x5A, 0x90, .. new byte[200_000]]);
        yield return ("encrypted or random", Noise(200_000));
        yield return ("random behind a magic", With(Noise(200_000), b => "\x27\x05\x19\x56"u8.CopyTo(b)));
        yield return ("erased", Enumerable.Repeat((byte)0xFF, 200_000).ToArray());
        yield return ("zeros", new byte[200_000]);
        yield return ("one byte", [0x27]);
        yield return ("nothing", []);
    }

    private static byte[] With(byte[] bytes, Action<byte[]> change)
    {
        byte[] copy = [.. bytes];
        change(copy);
        return copy;
    }

    private static byte[] Swapped(byte[] bytes, int unit)
    {
        byte[] copy = [.. bytes];
        for (int i = 0; i + unit <= copy.Length; i += unit)
            Array.Reverse(copy, i, unit);
        return copy;
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(4).NextBytes(noise);
        return noise;
    }

    private static byte[] Zip(byte[] content)
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create))
        {
            using Stream entry = zip.CreateEntry("openwrt.bin").Open();
            entry.Write(content);
        }
        return file.ToArray();
    }

    private static byte[] GZip(byte[] content)
    {
        using MemoryStream file = new();
        using (GZipStream zip = new(file, CompressionLevel.Fastest))
            zip.Write(content);
        return file.ToArray();
    }
}
