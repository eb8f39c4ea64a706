using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.TpLink;
using Unbrick.Recovery.Devices;
using Unbrick.Tests.Formats;

namespace Unbrick.Tests.Recovery.Images;

/// <summary>
/// Makes the flash dump of a unit from the map of its model: boot loader, environment, unit data with addresses and calibration, kernel with
/// the header that the model's recipe asks for, root file system, settings. Knows nothing of how dumps are told apart.
/// </summary>
internal sealed class DumpGenerator(int seed)
{
    private const int Sector = 0x1_0000;

    private static readonly byte[] s_squashfs = Samples.Bytes("squashfs/v4-xz.bin");

    private readonly Random _random = new(seed);

    /// <summary>The address on the label of the unit.</summary>
    public ulong LabelMac { get; private set; }

    public byte[] Make(DeviceProfile device, bool withTree)
    {
        FlashChip chip = device.Flash.First(c => c.Type != "mtd-concat" && c.Parts.Length > 1);
        byte[] dump = new byte[chip.Size!.Value];
        dump.AsSpan().Fill(0xFF);
        LabelMac = ((ulong)_random.Next(0x10_0000) << 28) & 0xFCFF_FF00_0000 | (uint)_random.Next(0x1000, 0xFF_0000);
        FlashPart[] parts = [.. chip.Parts.Where(p => !p.Nested && p.Offset < dump.Length)];
        FlashPart? kernel = Kernel(parts);
        foreach (FlashPart part in parts)
        {
            long end = part.Size > 0 ? part.Offset + part.Size : parts.Select(p => p.Offset).Where(o => o > part.Offset).DefaultIfEmpty(dump.Length).Min();
            Span<byte> room = dump.AsSpan((int)part.Offset, (int)(Math.Min(end, dump.Length) - part.Offset));
            if (part == kernel)
                Firmware(room, device, withTree);
            else if (part.Name.Contains("rootfs", StringComparison.OrdinalIgnoreCase) && room.Length > s_squashfs.Length)
                s_squashfs.CopyTo(room);
            else if (device.Environment?.At is not long env || env < part.Offset || env >= part.Offset + room.Length)
                Something(room, part.Offset == 0);
        }
        if (device.Environment is { } place && place.At < dump.Length)
            Environment(dump.AsSpan((int)place.At), (int)(place.Size ?? parts.LastOrDefault(p => p.Offset <= place.At)?.Size ?? Sector));
        Unit(dump, device);
        return dump;
    }

    private static FlashPart? Kernel(FlashPart[] parts) =>
        parts.FirstOrDefault(p => p.Name is "firmware" or "kernel" or "linux" or "fwconcat0" or "kernel0")
        ?? parts.Where(p => p.Offset > 0).MaxBy(p => p.Size);

    /// <summary>Code, then settings or nothing: partitions are written from their beginning on and seldom to their end.</summary>
    private void Something(Span<byte> room, bool bootLoader)
    {
        if (!bootLoader && _random.Next(4) == 0)
            return;
        int length = Math.Max(64, room.Length / 100 * (bootLoader ? 85 : _random.Next(5, 70)));
        Code(room[..Math.Min(length, room.Length)]);
        if (bootLoader && room.Length > 0x400)
            Encoding.ASCII.GetBytes("U-Boot 1.1.3 (Aug  9 2018 - 10:14:31)\0").CopyTo(room[0x200..]);
    }

    /// <summary>Instructions repeat themselves; half of the words are taken from a small set.</summary>
    private void Code(Span<byte> room)
    {
        _random.NextBytes(room);
        for (int at = 0; at + 4 <= room.Length; at += 8)
            BinaryPrimitives.WriteUInt32LittleEndian(room[at..], 0x2402_0000u + (uint)(at & 0xFC));
    }

    private static void Environment(Span<byte> at, int size)
    {
        Span<byte> room = at[..Math.Min(size, at.Length)];
        room.Clear();
        Encoding.ASCII.GetBytes("bootcmd=tftp\0bootdelay=5\0baudrate=115200\0ipaddr=192.168.1.1\0serverip=192.168.1.2\0\0").CopyTo(room[4..]);
        BinaryPrimitives.WriteUInt32LittleEndian(room, Crc32.Zlib(room[4..]));
    }

    private void Unit(byte[] dump, DeviceProfile device)
    {
        foreach (CalibrationPlace place in device.Calibration.Where(c => c.At < dump.Length))
        {
            Span<byte> block = dump.AsSpan((int)place.At, (int)Math.Min(place.Length ?? 0x200, dump.Length - place.At));
            _random.NextBytes(block);
            if (place.Radio?.StartsWith("mediatek", StringComparison.Ordinal) is true || place.Radio?.StartsWith("ralink", StringComparison.Ordinal) is true)
                BinaryPrimitives.WriteUInt16LittleEndian(block, Chip(device.Soc));
        }
        foreach (MacPlace place in device.Macs.Where(m => m is { At: not null, AsText: false }).DistinctBy(m => m.At))
        {
            ulong mac = LabelMac + (ulong)(place.OnLabel ? 0 : _random.Next(4));
            for (int i = 0; i < 6 && place.At + i < dump.Length; i++)
                dump[place.At!.Value + i] = (byte)(mac >> (8 * (5 - i)));
        }
    }

    private ushort Chip(string? soc) => soc switch
    {
        ['m', 't', '7', '6', '2', '0', ..] => 0x7620,
        ['m', 't', '7', '6', '2' or '8', '8', ..] => 0x7628,
        ['r', 't', '5', '3', '5', '0', ..] => 0x5350,
        _ => new ushort[] { 0x7603, 0x7612, 0x7615, 0x7662 }[_random.Next(4)],
    };

    private void Firmware(Span<byte> room, DeviceProfile device, bool withTree)
    {
        byte[] payload = new byte[Math.Min(room.Length / 3, 0x12_0000)];
        _random.NextBytes(payload);
        bool packed = withTree && device.Compatible.Length > 0;
        if (packed)
            payload = Pack([.. payload.AsSpan(0, payload.Length * 9 / 10), .. Tree(device.Compatible)]);
        string recipe = string.Join(" | ", device.Recipes.Select(r => r.Steps));
        int head = recipe.Contains("tplink-v1", StringComparison.Ordinal) ? TpLink(room, device, payload.Length)
            : recipe.Contains("tplink-v2", StringComparison.Ordinal) ? WholeTpLink(room, device, payload)
            : recipe.Contains("uImage", StringComparison.Ordinal) ? UImage(room, payload, packed) : 0;
        payload.CopyTo(room[head..]);
        int rootfs = (head + payload.Length + Sector - 1) / Sector * Sector;
        if (rootfs + s_squashfs.Length < room.Length)
            s_squashfs.CopyTo(room[rootfs..]);
    }

    /// <summary>As kernels are: the tree behind the code, both in one stream.</summary>
    private static byte[] Pack(byte[] kernel)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(kernel);
        return packed.ToArray();
    }

    private static int UImage(Span<byte> room, byte[] payload, bool packed)
    {
        const int Size = 64;
        Span<byte> header = room[..Size];
        header.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x27051956);
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], 0x5E00_0000);
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], (uint)payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], 0x8000_1000);
        BinaryPrimitives.WriteUInt32BigEndian(header[20..], 0x8000_1000);
        BinaryPrimitives.WriteUInt32BigEndian(header[24..], Crc32.Zlib(payload));
        ((ReadOnlySpan<byte>)[5, 5, 2, (byte)(packed ? 1 : 0)]).CopyTo(header[28..]);
        Encoding.ASCII.GetBytes("MIPS OpenWrt Linux-6.6.73").CopyTo(header[32..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], Crc32.Zlib(header));
        return Size;
    }

    /// <summary>The kernel-only header that lies in front of OpenWrt's kernels on these models: it has no MD5.</summary>
    private static int TpLink(Span<byte> room, DeviceProfile device, int length)
    {
        const int Size = 0x200;
        Span<byte> header = room[..Size];
        header.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x0100_0000);
        Encoding.ASCII.GetBytes("OpenWrt").CopyTo(header[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[0x40..], Convert.ToUInt32(device.Header.GetValueOrDefault("tplink_hwid", "0x0"), 16));
        BinaryPrimitives.WriteUInt32BigEndian(header[0x44..], Convert.ToUInt32(device.Header.GetValueOrDefault("tplink_hwrev", "0x1"), 16));
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
            version, Number(device, "tplink_hwid"), Number(device, "tplink_hwrev"), Number(device, "tplink_hwrevadd"), 0x8000_0000, 0x8000_0000,
            (uint)room.Length, TpLinkV2Header.Size, (uint)payload.Length, 0, 0, 0, 0);
        byte[] image = version == TpLinkV2Header.Version3 ? TpLinkV3.Write(header, payload) : TpLinkV2.Write(header, payload);
        image.AsSpan(0, TpLinkV2Header.Size).CopyTo(room);
        return TpLinkV2Header.Size;
    }

    private static uint Number(DeviceProfile device, string key) => Convert.ToUInt32(device.Header.GetValueOrDefault(key, "0x0"), 16);

    /// <summary>A device tree with nothing but the names of the board (Devicetree Specification, chapter 5).</summary>
    private static byte[] Tree(IEnumerable<string> compatible)
    {
        byte[] names = Encoding.ASCII.GetBytes(string.Join('\0', compatible) + "\0");
        byte[] strings = "compatible\0"u8.ToArray();
        int padded = (names.Length + 3) & ~3, structure = 56, text = structure + 8 + 12 + padded + 8, total = text + strings.Length;
        byte[] tree = new byte[total];
        uint[] header = [0xD00DFEED, (uint)total, (uint)structure, (uint)text, 40, 17, 16, 0, (uint)strings.Length, (uint)(text - structure)];
        for (int i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(4 * i), header[i]);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure), 1);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 8), 3);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 12), (uint)names.Length);
        names.CopyTo(tree, structure + 20);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 20 + padded), 2);
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(structure + 24 + padded), 9);
        strings.CopyTo(tree, text);
        return tree;
    }
}
