namespace Unbrick.Recovery.Devices;

/// <summary>The names under which a device is looked for.</summary>
internal sealed class DeviceNaming
{
    private const string RouterBoard = "RouterBOARD ";

    private readonly List<string> _names = [], _boards = [], _asksFor = [];
    private string? _haystack;

    private DeviceNaming(string name) => Name = name;

    /// <summary>As one reads it on the label.</summary>
    public string Name { get; private set; }

    public string? Soc { get; private set; }

    /// <summary>Model and variant alone: how many of their words a query left out tells how well it fits.</summary>
    public string OwnName { get; private set; } = "";

    public List<string> Names => _names;

    public List<string> Boards => _boards;

    /// <summary>Files that the device asks for.</summary>
    public List<string> AskedFiles => _asksFor;

    /// <summary>All names squashed, one a line: what is not in here need not be looked at closer. Made at the first search.</summary>
    public string Haystack => _haystack ??= string.Join('\n', _names.Select(SearchText.Squash));

    /// <summary>What mined facts and files call the device.</summary>
    public static DeviceNaming Of(DeviceEntry entry)
    {
        MinedDevice mined = entry.MinedNames();
        DeviceNaming naming = new(NameOf(entry, mined)) { Soc = mined.Soc };
        if (entry.IsMined)
        {
            naming.Add(entry.Id, mined.Vendor, mined.Model, mined.Variant, mined.Alt ?? []);
            naming._boards.AddRange(mined.Supported ?? []);
            naming._boards.AddRange(mined.Compatible ?? []);
            naming._asksFor.AddRange(mined.Recovery?.Files ?? []);
        }
        foreach (DeviceSource file in entry.Files)
        {
            naming.Soc = file.Soc ?? naming.Soc;
            naming.Add(entry.Id, file.Vendor, file.Model, file.Variant, file.Names);
            naming._boards.AddRange(file.Compatible);
            naming._asksFor.AddRange(file.AsksFor);
        }
        return naming;
    }

    /// <summary>The user's word counts first; built-in files name only devices that are not mined.</summary>
    public static string NameOf(DeviceEntry entry, MinedDevice mined)
    {
        DeviceSource? said = entry.Files.FindLast(file => file.UserPath is not null && file.Model is not null) ?? (entry.IsMined ? null : entry.Files.FirstOrDefault());
        string name = said is null ? Join(mined.Vendor, mined.Model, mined.Variant) : Join(said.Vendor, said.Model, said.Variant);
        return name.Length > 0 ? name : entry.Id;
    }

    /// <summary>
    /// Board names of old OpenWrt releases ("archer-c7" for the v2) are no names: they lack the hardware version and would make an unclear
    /// question look like a clear one.
    /// </summary>
    private void Add(string id, string? vendor, string? model, string? variant, string[] others)
    {
        Add(id);
        int make = id.IndexOf('_', StringComparison.Ordinal);
        if (make > 0)
            Add(id[(make + 1)..]);
        string own = Join(model, variant);
        if (own.Length > 0)
        {
            Add(own);
            Add(Join(vendor, own));
            OwnName = own;
            // MikroTik's own users say RB750Gr3, its labels say RouterBOARD 750Gr3.
            if (own.StartsWith(RouterBoard, StringComparison.Ordinal))
                Add("RB" + own[RouterBoard.Length..]);
        }
        foreach (string other in others)
        {
            Add(other);
            if (!string.IsNullOrEmpty(vendor) && other.StartsWith(vendor + " ", StringComparison.OrdinalIgnoreCase))
                Add(other[(vendor.Length + 1)..]);
        }
    }

    private void Add(string name)
    {
        if (!_names.Contains(name))
            _names.Add(name);
    }

    /// <summary>Vendor, model and variant as one line.</summary>
    private static string Join(params ReadOnlySpan<string?> parts)
    {
        List<string> given = [];
        foreach (string? part in parts)
        {
            if (!string.IsNullOrWhiteSpace(part))
                given.Add(part.Trim());
        }
        return string.Join(' ', given);
    }
}
