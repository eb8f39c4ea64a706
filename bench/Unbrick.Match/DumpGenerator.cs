using System.Buffers.Binary;
using System.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Recovery.Devices;

namespace Unbrick.Match;

/// <summary>
/// Makes the flash dump of a unit from the map of its model: boot loader, environment, unit data with addresses and calibration, kernel with
/// the header that the model's recipe asks for, root file system, settings. Knows nothing of how dumps are told apart.
/// </summary>
/// <param name="seed">Another seed makes another unit: other addresses, other settings, other code.</param>
/// <param name="squashfs">The root file system.</param>
internal sealed class DumpGenerator(int seed, byte[] squashfs)
{
    private const int Sector = 0x1_0000;

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
                new FirmwareMaker(_random, squashfs).Fill(room, device, withTree);
            else if (part.Name.Contains("rootfs", StringComparison.OrdinalIgnoreCase) && room.Length > squashfs.Length)
                squashfs.CopyTo(room);
            else if (device.Environment?.At is not long env || env < part.Offset || env >= part.Offset + room.Length)
                Something(room, part.Offset == 0 ? part.Name : null);
        }
        if (device.Environment is { } place && place.At < dump.Length)
            Environment(dump.AsSpan((int)place.At), (int)(place.Size ?? parts.LastOrDefault(p => p.Offset <= place.At)?.Size ?? Sector));
        if (device.Safeloader is { } board)
            SupportList(dump, board, kernel);
        Unit(dump, device);
        return dump;
    }

    private static FlashPart? Kernel(FlashPart[] parts) =>
        parts.FirstOrDefault(p => p.Name is "firmware" or "kernel" or "linux" or "fwconcat0" or "kernel0")
        ?? parts.Where(p => p.Offset > 0).MaxBy(p => p.Size);

    /// <summary>Code, then settings or nothing: partitions are written from their beginning on and seldom to their end.</summary>
    private void Something(Span<byte> room, string? bootLoader)
    {
        if (bootLoader is null && _random.Next(4) == 0)
            return;
        int length = Math.Max(64, room.Length / 100 * (bootLoader is not null ? 85 : _random.Next(5, 70)));
        Code(room[..Math.Min(length, room.Length)]);
        if (bootLoader is not null && room.Length > 0x400)
            Encoding.ASCII.GetBytes(Banner(bootLoader.ToLowerInvariant())).CopyTo(room[0x200..]);
    }

    /// <summary>What the loader prints, by what its partition is called.</summary>
    private static string Banner(string part) => part switch
    {
        "routerboot" or "mikrotik" => "RouterBOOT booter 6.44\0",
        "cfe" => "CFE version 1.0.37-106.24 for BCM96328\0",
        "urlader" => "(AVM) EVA-Loader Version 1.1964\0",
        "bootbase" => "Bootbase Version: V1.11 | 09/08/2010\0",
        "redboot" => "RedBoot(tm) bootstrap and debug environment\0",
        _ => "U-Boot 1.1.3 (Aug  9 2018 - 10:14:31)\0",
    };

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
        new RadioMaker(_random, LabelMac).Fill(dump, device);
        foreach (MacPlace place in device.Macs.Where(m => m is { At: not null, AsText: false }).DistinctBy(m => m.At))
        {
            ulong mac = LabelMac + (ulong)(place.OnLabel ? 0 : _random.Next(4));
            for (int i = 0; i < 6 && place.At + i < dump.Length; i++)
                dump[place.At!.Value + i] = (byte)(mac >> (8 * (5 - i)));
        }
    }

    /// <summary>What TP-Link's loader compares: a length, four zeros, text (openwrt/firmware-utils src/tplink-safeloader.c).</summary>
    private static void SupportList(byte[] dump, SafeloaderBoard board, FlashPart? firmware)
    {
        FlashPart? list = board.Parts.FirstOrDefault(p => p.Name == "support-list");
        if (list is null || list.Offset + list.Size > dump.Length || firmware is not null && list.Offset >= firmware.Offset && list.Offset < firmware.Offset + firmware.Size)
            return;
        byte[] text = Encoding.ASCII.GetBytes("SupportList:\r\n" + string.Join("\r\n", board.SupportIds) + "\r\n");
        Span<byte> room = dump.AsSpan((int)list.Offset, (int)list.Size);
        room.Fill(0xFF);
        BinaryPrimitives.WriteUInt32BigEndian(room, (uint)text.Length);
        room[4..8].Clear();
        text.AsSpan(0, Math.Min(text.Length, room.Length - 8)).CopyTo(room[8..]);
    }
}
