using System.Buffers.Binary;
using System.Globalization;
using Unbrick.Sim.Esp.Faults;

namespace Unbrick.Sim.Esp;

/// <summary>How an ESP32 or a later chip starts from a flash: ROM, second loader, partition table at 0x8000, program.</summary>
internal static class EspBoot32
{
    private const int Table = 0x8000, Entry = 32, MostEntries = 95;
    private static readonly string[] s_modes = ["QIO", "QOUT", "DIO", "DOUT"];

    /// <summary>What happens; parameters as in <see cref="EspBoot8266.Plan"/>.</summary>
    public static EspStart Plan(EspModel model, int rate, ReadOnlySpan<byte> flash, EspFaults faults)
    {
        EspStart.Builder start = new();
        EspImage? loader = flash.Length > model.BootOffset ? EspImage.Read(flash[model.BootOffset..], extended: true) : null;
        if (loader is null || loader.Chip != model.ImageChip)
        {
            uint header = BinaryPrimitives.ReadUInt32LittleEndian(flash[model.BootOffset..]);
            string text = model.ImageChip == 0
                ? Text($"flash read err, {model.BootOffset:x}\r\nets_main.c 371 \r\n")
                : string.Concat(Enumerable.Repeat(Text($"invalid header: 0x{header:x8}\r\n"), 8));
            return start.Say(rate, text, 30).Restarts(EspCause.Watchdog, 250);
        }
        string mode = s_modes[loader.Mode & 3];
        start.Say(rate, Text($"configsip: 0, SPIWP:0xee\r\nclk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00\r\nmode:{mode}, clock div:2\r\n"), 10);
        byte sum = 0xEF;
        foreach ((uint address, int length, byte read) in loader.Segments)
        {
            sum = read;
            start.Say(rate, Text($"load:0x{address:x8},len:{length}\r\n"), 3);
        }
        if (!loader.IsSumRight || !model.Modes.Contains(loader.Mode))
            return start.Say(rate, Text($"csum err:0x{loader.Stored:x2}!=0x{(byte)(sum ^ (loader.IsSumRight ? 0x5A : 0)):x2}\r\nets_main.c 384 \r\n")).Restarts(EspCause.Watchdog, 250);
        start.Say(rate, Text($"entry 0x{loader.Entry:x8}\r\n")).Say(rate, "I (27) boot: ESP-IDF v4.4.7 2nd stage bootloader\r\n", 20);
        return Partitions(start, rate, flash, model, faults);
    }

    private static EspStart Partitions(EspStart.Builder start, int rate, ReadOnlySpan<byte> flash, EspModel model, EspFaults faults)
    {
        ReadOnlySpan<byte> table = flash[Table..];
        if (!table.StartsWith<byte>([0xAA, 0x50]))
        {
            ushort magic = BinaryPrimitives.ReadUInt16LittleEndian(table);
            return start
                .Say(rate, Text($"E (41) flash_parts: partition 0 invalid magic number 0x{magic:x}\r\nE (47) boot: Failed to verify partition table\r\nE (53) boot: load partition table error!\r\n"), 20)
                .Restarts(EspCause.Software, 250);
        }
        for (int i = 0; i < MostEntries && table[(i * Entry)..].StartsWith<byte>([0xAA, 0x50]); i++)
        {
            ReadOnlySpan<byte> entry = table.Slice(i * Entry, Entry);
            long offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
            if (entry[2] != 0 || offset >= flash.Length)
                continue;
            EspImage? app = EspImage.Read(flash[(int)offset..], extended: true);
            if (app is null)
                start.Say(rate, Text($"E (63) esp_image: image at 0x{offset:x} has invalid magic byte (nothing flashed here?)\r\n"), 10);
            else if (!app.IsHashRight || !app.IsSumRight)
                start.Say(rate, app.IsSumRight ? "E (463) esp_image: Image hash failed - image is corrupt\r\n" : "E (463) esp_image: Checksum failed.\r\n", 200);
            else if (app.Chip != model.ImageChip)
                start.Say(rate, Text($"E (63) boot_comm: mismatch chip ID, expected {model.ImageChip}, found {app.Chip}\r\n"), 10);
            else
                return Run(start, rate, flash.Slice((int)offset, app.Length), offset, model, faults);
        }
        return start
            .Say(rate, "E (470) boot: Factory app partition is not bootable\r\nE (476) boot: No bootable app partitions in the partition table\r\n", 5)
            .Restarts(EspCause.Software, 250);
    }

    private static EspStart Run(EspStart.Builder start, int rate, ReadOnlySpan<byte> app, long offset, EspModel model, EspFaults faults)
    {
        start.Say(rate, Text($"I (482) boot: Loaded app from partition at offset 0x{offset:x}\r\nI (482) boot: Disabling RNG early entropy source...\r\n"), 200);
        if (faults.BrownOut)
            return start.Say(rate, "\r\nBrownout detector was triggered\r\n\r\n", 150).Restarts(EspCause.Software, 10);
        EspApp.Say(start, app, model.Name.ToUpperInvariant());
        return start.Stays();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
