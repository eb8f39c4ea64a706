using System.Collections.Immutable;
using System.Net;
using Unbrick.Cli.Terminal;
using Unbrick.Core.Text;
using Unbrick.Recovery.Devices;

namespace Unbrick.Cli.Commands;

/// <summary>One device as a page: what to do first, then the map of its flash, then where all that is known from.</summary>
internal static class DeviceSheet
{
    private const int Indent = 10;

    public static void Write(CliConsole console, DeviceProfile device)
    {
        int width = PlainText.Columns(console.Width);
        TextWriter to = console.Out;
        to.WriteLine(device.Name);
        Line(to, "id", device.Id, width);
        Line(to, "also", string.Join(", ", device.OtherNames), width);
        Line(to, "chip", device.Soc, width);
        Line(to, "target", device.Target is null ? null : $"{device.Target} (OpenWrt)", width);
        Line(to, "boards", string.Join(" ", device.Supported), width);
        foreach (CitedText warning in device.Warnings)
            Line(to, "WARNING", warning.Text, width);
        foreach (CitedText note in device.Notes)
            Line(to, "note", note.Text, width);
        if (device.Recovery.IsEmpty)
            Line(to, "way back", "none known over the network; the serial console or a clip on the flash chip remains", width);
        for (int i = 0; i < device.Recovery.Length; i++)
            WriteWay(to, device.Recovery[i], i + 1, device.Recovery.Length, width);
        WriteImages(to, device, width);
        WriteFlash(to, device, width);
        WriteUnit(to, device, width);
        WriteSerial(to, device.Serial, width);
        Line(to, "files", string.Join(", ", device.UserFiles), width);
        to.WriteLine();
        Line(to, "sources", string.Join("; ", device.Sources), width);
    }

    private static void WriteWay(TextWriter to, RecoveryWay way, int number, int count, int width)
    {
        to.WriteLine();
        PlainText.Write(to, $"Way {number} of {count}: ", $"{What(way.Mode)} - {Standing(way.Standing)}", 0, width);
        Line(to, "when", way.When, width);
        string? pc = way.ServerAddresses.IsEmpty && way.IsServed ? "any address" : Addresses(way.ServerAddresses, way.PrefixLength);
        Line(to, "PC", pc, width);
        Line(to, "device", Addresses(way.DeviceAddresses, prefixLength: null), width);
        string files = string.Join(", ", way.Files);
        Line(to, "file", way.AnyName ? files.Length == 0 ? "any name" : $"{files}, or any other name" : files, width);
        Line(to, "hold", way.Button is null ? null : way.HoldSeconds is { } s ? $"{way.Button}, about {s} s" : way.Button, width);
        Line(to, "do", way.How, width);
        Line(to, "image", way.Image, width);
        Line(to, "at most", way.MaxFile is { } most ? ByteText.Exact(most) : null, width);
        Line(to, "writes", way.FlashOffset is { } at ? $"to flash offset 0x{at:x6}" : null, width);
        Line(to, "wait", way.WriteMinutes is { } minutes ? $"up to {minutes} min after the transfer; do not cut the power" : null, width);
        foreach (string note in way.Notes)
            Line(to, "note", note, width);
    }

    private static void WriteImages(TextWriter to, DeviceProfile device, int width)
    {
        if (device.Images.IsEmpty)
            return;
        to.WriteLine();
        to.WriteLine("Images whose fate is known");
        foreach (KnownImage image in device.Images)
        {
            string size = image.Size is { } bytes ? $" ({bytes:N0} bytes)" : "";
            Line(to, image.Verdict, image.Version + size + (image.Note is null ? "" : $": {image.Note}"), width);
        }
    }

    private static void WriteFlash(TextWriter to, DeviceProfile device, int width)
    {
        foreach (FlashChip chip in device.Flash)
        {
            to.WriteLine();
            to.WriteLine($"Flash: {chip.Type}{(chip.Size is { } size ? $", {ByteText.Short(size)}" : "")}");
            int name = chip.Parts.IsEmpty ? 0 : Math.Min(chip.Parts.Max(p => p.Name.Length), 24);
            foreach (FlashPart part in chip.Parts)
            {
                string bytes = part.Size == 0 ? "the rest" : ByteText.Short(part.Size);
                string marks = string.Join(", ", new[]
                {
                    part.OneOfAKind ? "one of a kind: MACs or calibration" : null,
                    part.ReadOnly ? "read-only" : null,
                    part.Nested ? "inside another" : null,
                }.OfType<string>());
                string place = $"  0x{part.Offset:x8}  {bytes,9}  {part.Name.PadRight(name)}  ";
                PlainText.Write(to, place, marks, place.Length, width);
            }
        }
        if (device.ImageSize is { } most)
        {
            to.WriteLine();
            Line(to, "OpenWrt", $"images of at most {ByteText.Exact(most)}", width);
        }
        Line(to, "chips", string.Join(", ", device.FlashChipsSeen), width);
    }

    /// <summary>What only this very unit's flash has, and where the boot loader keeps its settings.</summary>
    private static void WriteUnit(TextWriter to, DeviceProfile device, int width)
    {
        MacPlace[] macs =
        [
            .. device.Macs.Where(m => m.At is not null).OrderBy(m => m.At).ThenBy(m => m.Increment).DistinctBy(m => (m.At, m.Role, m.Increment)),
        ];
        if (macs.Length == 0 && device.Calibration.IsEmpty && device.Environment is null)
            return;
        to.WriteLine();
        to.WriteLine("Places in the flash");
        foreach (MacPlace mac in macs)
        {
            string[] marks =
            [
                .. new[]
                {
                    $"{mac.Role}{(mac.Increment == 0 ? "" : $" = stored {mac.Increment:+0;-0}")}", mac.OnLabel ? "on the label" : null,
                    mac.AsText ? "as text" : null,
                }.OfType<string>(),
            ];
            Place(to, "MAC", mac.At!.Value, mac.Part, string.Join(", ", marks), width);
        }
        foreach (CalibrationPlace radio in device.Calibration.OrderBy(c => c.At))
        {
            string of = radio.Radio is null ? "" : $" of {radio.Radio}", size = radio.Length is long bytes ? $", {bytes:N0} bytes" : "";
            Place(to, "radio", radio.At, radio.Part, $"calibration{of}{size}", width);
        }
        if (device.Environment is { } env)
        {
            string size = env.Size is long crc ? $"CRC over {crc:N0} bytes" : "CRC over an unknown size";
            Place(to, "env", env.At, env.Part, $"{size}{(env.Copies > 1 ? $", {env.Copies} copies" : "")}", width);
        }
    }

    private static void Place(TextWriter to, string label, long at, string? part, string text, int width)
    {
        string start = $"  {label,-6}  0x{at:x8}  {part ?? "-",-10}  ";
        PlainText.Write(to, start, text, start.Length, width);
    }

    private static void WriteSerial(TextWriter to, SerialFacts? serial, int width)
    {
        if (serial is null)
            return;
        string[] facts =
        [
            .. new[]
            {
                serial.Baud is { } baud ? $"{baud} baud" : null, serial.Format, serial.Voltage is { } volts ? $"{volts} V" : null,
                serial.Header is { } header ? $"header {header}" : null,
                serial.Pinout.IsEmpty ? null : $"pins {string.Join(" ", serial.Pinout)}",
                serial.Interrupt is { } key ? $"stop the boot loader: {key}" : null,
            }.OfType<string>(),
        ];
        Line(to, "serial", string.Join(", ", facts) + ". Connect GND, RX and TX; never VCC.", width);
    }

    private static string? Addresses(ImmutableArray<IPAddress> addresses, int? prefixLength) =>
        addresses.IsEmpty ? null : string.Join(" or ", addresses.Select(a => prefixLength is null ? $"{a}" : $"{a}/{prefixLength}"));

    private static string What(RecoveryMode mode) => mode switch
    {
        RecoveryMode.TftpClient => "it fetches its image from this PC (unbrick serve)",
        RecoveryMode.DhcpThenTftp => "it asks for an address, then fetches its image (unbrick serve)",
        RecoveryMode.BootMenu => "its serial menu fetches an image (unbrick serve)",
        RecoveryMode.TftpServer => "the PC puts the image by TFTP (unbrick serve --put)",
        RecoveryMode.Nmrp => "Netgear's NMRP (unbrick serve --nmrp)",
        _ => "a web page on the device takes the image (use a browser)",
    };

    private static string Standing(FactStanding standing) => standing switch
    {
        FactStanding.User => "from your own file",
        FactStanding.Checked => "checked",
        FactStanding.Family => "usual for the make, not checked for this model",
        _ => "a hint, not checked",
    };

    private static void Line(TextWriter to, string label, string? text, int width)
    {
        if (!string.IsNullOrEmpty(text))
            PlainText.Write(to, label.PadRight(Indent - 1) + " ", text, Indent, width);
    }
}
