namespace Unbrick.Recovery.Devices;

/// <summary>What the search knows of a device. The rest stays as bytes until someone wants the profile.</summary>
internal sealed class DeviceEntry
{
    private string? _haystack;

    public required string Id { get; init; }

    public required string Name { get; set; }

    public string? Soc { get; set; }

    /// <summary>Where its object stands in the mined file; an empty range for devices that have files only.</summary>
    public Range Mined { get; init; }

    /// <summary>Files about it: the user's first, then built-in ones.</summary>
    public List<(DeviceFile File, string? UserPath)> Files { get; } = [];

    /// <summary>Model and variant alone: how many of their words a query left out tells how well it fits.</summary>
    public string OwnName { get; set; } = "";

    public List<string> Names { get; } = [];

    public List<string> Boards { get; } = [];

    public List<string> AskedFiles { get; } = [];

    /// <summary>All names squashed, one a line: what does not stand in here need not be looked at closer. Made at the first search.</summary>
    public string Haystack => _haystack ??= string.Join('\n', Names.Select(SearchText.Squash));

    public void AddName(string name)
    {
        if (!Names.Contains(name))
            Names.Add(name);
        _haystack = null;
    }
}
