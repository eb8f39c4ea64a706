namespace Unbrick.Recovery.Devices;

/// <summary>The names under which a device is looked for.</summary>
internal static class DeviceNames
{
    private const string RouterBoard = "RouterBOARD ";

    /// <summary>Vendor, model and variant as one line.</summary>
    public static string Join(params ReadOnlySpan<string?> parts)
    {
        List<string> given = [];
        foreach (string? part in parts)
        {
            if (!string.IsNullOrWhiteSpace(part))
                given.Add(part.Trim());
        }
        return string.Join(' ', given);
    }

    /// <summary>
    /// Gives <paramref name="entry"/> its names. Board names of old OpenWrt releases ("archer-c7" for the v2) are none: they lack the
    /// hardware version and would make an unclear question look like a clear one.
    /// </summary>
    public static void Fill(DeviceEntry entry, string? vendor, string? model, string? variant, IEnumerable<string> others)
    {
        entry.AddName(entry.Id);
        int make = entry.Id.IndexOf('_', StringComparison.Ordinal);
        if (make > 0)
            entry.AddName(entry.Id[(make + 1)..]);
        string own = Join(model, variant);
        if (own.Length > 0)
        {
            entry.AddName(own);
            entry.AddName(Join(vendor, own));
            entry.OwnName = own;
            // MikroTik's own users say RB750Gr3, its labels say RouterBOARD 750Gr3.
            if (own.StartsWith(RouterBoard, StringComparison.Ordinal))
                entry.AddName("RB" + own[RouterBoard.Length..]);
        }
        foreach (string other in others)
        {
            entry.AddName(other);
            if (!string.IsNullOrEmpty(vendor) && other.StartsWith(vendor + " ", StringComparison.OrdinalIgnoreCase))
                entry.AddName(other[(vendor.Length + 1)..]);
        }
    }
}
