namespace Unbrick.Recovery.Devices;

/// <summary>Makes devices from the records of a <see cref="DevicePack"/>; the order of their fields is that of the packer's MinedWriter.</summary>
internal static class MinedReader
{
    /// <summary>All that the mined file says of a device.</summary>
    public static MinedDevice Read(DevicePack pack, int number)
    {
        PackReader reader = pack.Device(number);
        return Rest(ref reader, Places(ref reader, Names(ref reader)));
    }

    /// <summary>The same without recipes, recovery and console: what an image can show of a device.</summary>
    public static MinedDevice ReadSketch(DevicePack pack, int number)
    {
        PackReader reader = pack.Device(number);
        return Places(ref reader, Names(ref reader));
    }

    /// <summary>Only what a search compares: names, boards, and the files that the device asks for.</summary>
    public static MinedDevice ReadNames(DevicePack pack, int number)
    {
        PackReader reader = pack.Device(number);
        return Names(ref reader);
    }

    private static MinedDevice Names(ref PackReader reader) => new()
    {
        Id = reader.Text(),
        Target = reader.TextOrNull(),
        Vendor = reader.TextOrNull(),
        Model = reader.TextOrNull(),
        Variant = reader.TextOrNull(),
        Alt = reader.TextsOrNull(),
        Soc = reader.TextOrNull(),
        Supported = reader.TextsOrNull(),
        Compatible = reader.TextsOrNull(),
        Recovery = reader.Flag() ? new MinedRecovery { Files = reader.TextsOrNull() } : null,
    };

    private static MinedDevice Places(ref PackReader reader, MinedDevice named) => named with
    {
        ImageSize = reader.NumberOrNull(),
        KernelSize = reader.NumberOrNull(),
        Blocksize = reader.NumberOrNull(),
        Hdr = Fields(ref reader),
        Env = reader.Flag() ? new MinedEnvironment(reader.TextOrNull(), reader.NumberOrNull(), reader.NumberOrNull(), reader.IntOrNull()) : null,
        Safeloader = reader.TextOrNull(),
        Flash = Chips(ref reader),
        Mac = Macs(ref reader),
        Cal = Calibration(ref reader),
    };

    private static MinedDevice Rest(ref PackReader reader, MinedDevice placed) => placed with
    {
        Images = Images(ref reader),
        Kernel = reader.IntOrNull(),
        Baud = reader.IntOrNull(),
        Dts = reader.TextOrNull(),
        Recovery = placed.Recovery is null ? null : Recovery(ref reader, placed.Recovery),
    };

    public static MinedPart[] Parts(ref PackReader reader)
    {
        MinedPart[] parts = new MinedPart[reader.Count()];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = new MinedPart(reader.Text(), reader.Number(), reader.Number(), reader.TextOrNull());
        return parts;
    }

    private static Dictionary<string, string>? Fields(ref PackReader reader)
    {
        int count = reader.Count() - 1;
        if (count < 0)
            return null;
        Dictionary<string, string> fields = new(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
            fields.Add(reader.Text(), reader.Text());
        return fields;
    }

    private static MinedChip[]? Chips(ref PackReader reader)
    {
        int count = reader.Count() - 1;
        if (count < 0)
            return null;
        MinedChip[] chips = new MinedChip[count];
        for (int i = 0; i < count; i++)
            chips[i] = new MinedChip(reader.Text(), reader.NumberOrNull(), Parts(ref reader));
        return chips;
    }

    private static MinedMac[]? Macs(ref PackReader reader)
    {
        int count = reader.Count() - 1;
        if (count < 0)
            return null;
        MinedMac[] macs = new MinedMac[count];
        for (int i = 0; i < count; i++)
        {
            macs[i] = new MinedMac(reader.Text(), reader.TextOrNull(), reader.NumberOrNull(), (int)reader.Signed(), reader.Flag(),
                reader.TextOrNull(), reader.TextOrNull(), reader.Flag());
        }
        return macs;
    }

    private static MinedCalibration[]? Calibration(ref PackReader reader)
    {
        int count = reader.Count() - 1;
        if (count < 0)
            return null;
        MinedCalibration[] places = new MinedCalibration[count];
        for (int i = 0; i < count; i++)
            places[i] = new MinedCalibration(reader.TextOrNull(), reader.NumberOrNull(), reader.NumberOrNull(), reader.TextOrNull());
        return places;
    }

    private static Dictionary<string, int>? Images(ref PackReader reader)
    {
        int count = reader.Count() - 1;
        if (count < 0)
            return null;
        Dictionary<string, int> images = new(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
            images.Add(reader.Text(), reader.Count());
        return images;
    }

    private static MinedRecovery Recovery(ref PackReader reader, MinedRecovery named) => named with
    {
        ServerIp = reader.TextsOrNull(),
        DeviceIp = reader.TextsOrNull(),
        PcIp = reader.TextsOrNull(),
        Buttons = reader.TextsOrNull(),
        HoldS = Seconds(ref reader),
        UbootKey = reader.TextsOrNull(),
        Methods = reader.TextsOrNull(),
        Commits = reader.TextsOrNull(),
        Serial = reader.Flag()
            ? new MinedSerial
            {
                Baud = reader.IntOrNull(),
                Fmt = reader.TextOrNull(),
                V = reader.TextOrNull(),
                Pinout = reader.TextsOrNull(),
                Header = reader.TextOrNull(),
            }
            : null,
    };

    private static int[]? Seconds(ref PackReader reader)
    {
        int count = reader.Count() - 1;
        if (count < 0)
            return null;
        int[] seconds = new int[count];
        for (int i = 0; i < count; i++)
            seconds[i] = reader.Count();
        return seconds;
    }
}
