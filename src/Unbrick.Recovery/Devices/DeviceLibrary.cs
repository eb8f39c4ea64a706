using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// All devices that are known: mined facts, checked files, and the user's own files, which win over both. Nothing is read before the first
/// question. Safe for several threads.
/// </summary>
/// <param name="userFolder">The user's device files (<c>$XDG_CONFIG_HOME/unbrick/data/devices</c>); null or missing: none.</param>
public sealed class DeviceLibrary(string? userFolder = null)
{
    private readonly Lazy<DeviceIndex> _index = new(() => DeviceIndex.Load(userFolder));

    /// <summary>How many devices and families are known.</summary>
    public int Count => _index.Value.Entries.Count;

    /// <summary>Files of the user's that had to be left out, and why.</summary>
    public ImmutableArray<Problem> Problems => _index.Value.Problems;

    /// <summary>The device with exactly this id (case aside); null when there is none.</summary>
    public DeviceProfile? Get(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _index.Value.Find(id) is { } entry ? DeviceProfileBuilder.Build(_index.Value, entry) : null;
    }

    /// <summary>The entries themselves, for who looks at all of them.</summary>
    internal DeviceIndex Index => _index.Value;

    /// <summary>All devices, one after another, as sketches; families that only have rules are left out.</summary>
    internal IEnumerable<DeviceProfile> All() =>
        _index.Value.Entries.Where(e => e.IsMined).Select(e => DeviceProfileBuilder.Sketch(_index.Value, e));

    /// <summary>
    /// Devices for an id, a name in any spelling, words of a name in any order, a board name (<c>vendor,model</c>) or the name of the file
    /// that a device asked for. Similar names come only when nothing fits.
    /// </summary>
    public DeviceSearch Find(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new DeviceSearch(query, DeviceFinder.Find(_index.Value.Entries, query));
    }
}
