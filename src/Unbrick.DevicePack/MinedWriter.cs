using Unbrick.Recovery.Devices;

namespace Unbrick.DevicePack;

/// <summary>Writes mined facts in the order in which Unbrick.Recovery.Devices.MinedReader reads them.</summary>
internal static class MinedWriter
{
    public static void Write(RecordWriter record, string board, MinedSafeloader table)
    {
        record.Text(board);
        record.TextsOrNull(table.Support);
        Parts(record, table.Parts);
    }

    public static void Write(RecordWriter record, MinedDevice device)
    {
        Names(record, device);
        Places(record, device);
        record.List(device.Images, image =>
        {
            record.Text(image.Key);
            record.Number(image.Value);
        });
        record.NumberOrNull(device.Kernel);
        record.NumberOrNull(device.Baud);
        record.TextOrNull(device.Dts);
        if (device.Recovery is not null)
            Recovery(record, device.Recovery);
    }

    /// <summary>What a search reads.</summary>
    private static void Names(RecordWriter record, MinedDevice device)
    {
        record.Text(device.Id);
        record.TextOrNull(device.Target);
        record.TextOrNull(device.Vendor);
        record.TextOrNull(device.Model);
        record.TextOrNull(device.Variant);
        record.TextsOrNull(device.Alt);
        record.TextOrNull(device.Soc);
        record.TextsOrNull(device.Supported);
        record.TextsOrNull(device.Compatible);
        record.Flag(device.Recovery is not null);
        if (device.Recovery is not null)
            record.TextsOrNull(device.Recovery.Files);
    }

    /// <summary>What an image can show besides.</summary>
    private static void Places(RecordWriter record, MinedDevice device)
    {
        record.NumberOrNull(device.ImageSize);
        record.NumberOrNull(device.KernelSize);
        record.NumberOrNull(device.Blocksize);
        record.List(device.Hdr, field =>
        {
            record.Text(field.Key);
            record.Text(field.Value);
        });
        record.Flag(device.Env is not null);
        if (device.Env is { } env)
        {
            record.TextOrNull(env.Part);
            record.NumberOrNull(env.Abs);
            record.NumberOrNull(env.Size);
            record.NumberOrNull(env.Copies);
        }
        record.TextOrNull(device.Safeloader);
        record.List(device.Flash, chip =>
        {
            record.Text(chip.Type);
            record.NumberOrNull(chip.Size);
            Parts(record, chip.Parts);
        });
        record.List(device.Mac, mac =>
        {
            record.Text(mac.Role);
            record.TextOrNull(mac.Part);
            record.NumberOrNull(mac.Abs);
            record.Signed(mac.Inc);
            record.Flag(mac.Label);
            record.TextOrNull(mac.Fmt);
            record.TextOrNull(mac.Fn);
            record.Flag(mac.Implied);
        });
        record.List(device.Cal, place =>
        {
            record.TextOrNull(place.Part);
            record.NumberOrNull(place.Abs);
            record.NumberOrNull(place.Len);
            record.TextOrNull(place.Dev);
        });
    }

    private static void Recovery(RecordWriter record, MinedRecovery recovery)
    {
        record.TextsOrNull(recovery.ServerIp);
        record.TextsOrNull(recovery.DeviceIp);
        record.TextsOrNull(recovery.PcIp);
        record.TextsOrNull(recovery.Buttons);
        record.List(recovery.HoldS, seconds => record.Number(seconds));
        record.TextsOrNull(recovery.UbootKey);
        record.TextsOrNull(recovery.Methods);
        record.TextsOrNull(recovery.Commits);
        record.Flag(recovery.Serial is not null);
        if (recovery.Serial is not { } serial)
            return;
        record.NumberOrNull(serial.Baud);
        record.TextOrNull(serial.Fmt);
        record.TextOrNull(serial.V);
        record.TextsOrNull(serial.Pinout);
        record.TextOrNull(serial.Header);
    }

    private static void Parts(RecordWriter record, MinedPart[] parts)
    {
        record.Number(parts.Length);
        foreach (MinedPart part in parts)
        {
            record.Text(part.Name);
            record.Number(part.Offset);
            record.Number(part.Size);
            record.TextOrNull(part.Flags);
        }
    }
}
