namespace Unbrick.Recovery.Devices;

/// <summary>A device of the library: what speaks about it. Names are made at the first search, everything else when someone wants the profile.</summary>
internal sealed class DeviceEntry(string id, DevicePack? pack = null, int number = 0)
{
    private DeviceNaming? _naming;

    public string Id => id;

    /// <summary>The mined file knows it; the others have files only.</summary>
    public bool IsMined => pack is not null;

    /// <summary>Files about it: the user's first, then built-in ones.</summary>
    public List<DeviceSource> Files { get; } = [];

    /// <summary>Vendor, model and variant, or the id where they are not known.</summary>
    public string Name => Naming.Name;

    public DeviceNaming Naming => _naming ??= DeviceNaming.Of(this);

    public MinedDevice MinedNames() => pack is null ? new MinedDevice() : MinedReader.ReadNames(pack, number);

    public MinedDevice MinedSketch() => pack is null ? new MinedDevice() : MinedReader.ReadSketch(pack, number);

    /// <summary>The same from the pack that was <paramref name="passing"/>, which keeps no texts.</summary>
    public MinedDevice MinedSketch(DevicePack passing) => pack is null ? new MinedDevice() : MinedReader.ReadSketch(passing, number);

    public MinedDevice Mined() => pack is null ? new MinedDevice() : MinedReader.Read(pack, number);
}
