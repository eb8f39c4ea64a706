using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.TpLink;
using Unbrick.Recovery.Devices;

namespace Unbrick.Match;

/// <summary>Fills a firmware partition as OpenWrt's recipe for the model says: the header that it asks for, the kernel, the root file system.</summary>
internal sealed partial class FirmwareMaker(Random random, byte[] squashfs)
{
    private const int Sector = 0x1_0000, LongestOpaque = 0x12_0000, LongestPacked = 0x4_0000;

    public void Fill(Span<byte> room, DeviceProfile device, bool withTree)
    {
        string recipe = device.Recipes.FirstOrDefault(r => r.Name == "kernel")?.Steps ?? "";
        string all = string.Join(" | ", device.Recipes.Select(r => r.Steps));
        bool packed = withTree && device.Compatible.Length > 0;
        byte[] payload = new byte[Math.Min(room.Length / 3, packed ? LongestPacked : LongestOpaque)];
        random.NextBytes(payload);
        bool lzma = recipe.Contains("| lzma", StringComparison.Ordinal);
        if (packed)
        {
            byte[] kernel = [.. payload.AsSpan(0, payload.Length * 9 / 10), .. DeviceTreeMaker.Make(device.Compatible)];
            payload = lzma ? LzmaWriter.Pack(kernel) : Gzip(kernel);
        }
        int head = all.Contains("tplink-v1", StringComparison.Ordinal) ? TpLink(room, device, payload.Length)
            : all.Contains("tplink-v2", StringComparison.Ordinal) ? WholeTpLink(room, device, payload)
            : recipe.Contains("uImage", StringComparison.Ordinal) ? UImage(room, device, recipe, payload, (byte)(lzma ? 3 : 1)) : 0;
        payload.CopyTo(room[head..]);
        int rootfs = (head + payload.Length + Sector - 1) / Sector * Sector;
        if (rootfs + squashfs.Length < room.Length)
            squashfs.CopyTo(room[rootfs..]);
    }

    private static byte[] Gzip(byte[] kernel)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(kernel);
        return packed.ToArray();
    }

    /// <summary>As mkimage makes it, with what the recipe gives it: load address, name (-n), magic (-M).</summary>
    private static int UImage(Span<byte> room, DeviceProfile device, string recipe, byte[] payload, byte compression)
    {
        const int Size = 64;
        const byte Linux = 5, Kernel = 2;
        Span<byte> header = room[..Size];
        header.Clear();
        uint load = Number(device.Header.GetValueOrDefault("kernel_loadaddr", "0x80001000"));
        BinaryPrimitives.WriteUInt32BigEndian(header, OtherMagic().Match(recipe) is { Success: true } magic ? Number(magic.Groups[1].Value) : 0x27051956);
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], 0x5E00_0000);
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], (uint)payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], load);
        BinaryPrimitives.WriteUInt32BigEndian(header[20..], load);
        BinaryPrimitives.WriteUInt32BigEndian(header[24..], Crc32.Zlib(payload));
        ((ReadOnlySpan<byte>)[Linux, Arch(device.Target), Kernel, compression]).CopyTo(header[28..]);
        string name = recipe.Contains("UIMAGE_NAME", StringComparison.Ordinal) && device.Header.TryGetValue("uimage_name", out string? own)
            ? own : "MIPS OpenWrt Linux-6.6.73";
        Encoding.ASCII.GetBytes(name.Length > 32 ? name[..32] : name).CopyTo(header[32..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], Crc32.Zlib(header));
        return Size;
    }

    /// <summary>Processors as in U-Boot's include/image.h.</summary>
    private static byte Arch(string? target) => target?.Split('/')[0] switch
    {
        "ath79" or "ramips" or "realtek" or "lantiq" or "bmips" or "bcm47xx" or "pistachio" or "econet" or "octeon" => 5,
        "mpc85xx" or "apm821xx" or "qoriq" => 7,
        "layerscape" or "qualcommax" or "mediatek" or "airoha" => 22,
        _ => 2,
    };

    /// <summary>The kernel-only header that lies in front of OpenWrt's kernels on these models: it has no MD5.</summary>
    private static int TpLink(Span<byte> room, DeviceProfile device, int length)
    {
        const int Size = 0x200;
        Span<byte> header = room[..Size];
        header.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x0100_0000);
        Encoding.ASCII.GetBytes("OpenWrt").CopyTo(header[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[0x40..], Number(device, "tplink_hwid", 0));
        BinaryPrimitives.WriteUInt32BigEndian(header[0x44..], Number(device, "tplink_hwrev", 1));
        BinaryPrimitives.WriteUInt32BigEndian(header[0x74..], 0x8006_0000);
        BinaryPrimitives.WriteUInt32BigEndian(header[0x78..], 0x8006_0000);
        BinaryPrimitives.WriteUInt32BigEndian(header[0x7C..], (uint)room.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[0x80..], Size);
        BinaryPrimitives.WriteUInt32BigEndian(header[0x84..], (uint)length);
        return Size;
    }

    private static int WholeTpLink(Span<byte> room, DeviceProfile device, byte[] payload)
    {
        uint version = device.Header.GetValueOrDefault("tplink_hversion") == "3" ? TpLinkV2Header.Version3 : TpLinkV2Header.Version2;
        TpLinkV2Header header = new(
            version, Number(device, "tplink_hwid", 0), Number(device, "tplink_hwrev", 0), Number(device, "tplink_hwrevadd", 0), 0x8000_0000,
            0x8000_0000, (uint)room.Length, TpLinkV2Header.Size, (uint)payload.Length, 0, 0, 0, 0);
        byte[] image = version == TpLinkV2Header.Version3 ? TpLinkV3.Write(header, payload) : TpLinkV2.Write(header, payload);
        image.AsSpan(0, TpLinkV2Header.Size).CopyTo(room);
        return TpLinkV2Header.Size;
    }

    private static uint Number(DeviceProfile device, string key, uint otherwise) =>
        device.Header.TryGetValue(key, out string? text) ? Number(text) : otherwise;

    private static uint Number(string text) => Convert.ToUInt32(text, text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? 16 : 10);

    [GeneratedRegex(@"uImage \S+ -M (0x[0-9a-fA-F]+)")]
    private static partial Regex OtherMagic();
}
