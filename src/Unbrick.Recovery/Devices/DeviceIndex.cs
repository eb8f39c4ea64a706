using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Recovery.Devices;

/// <summary>All devices by id, with the files that speak about each.</summary>
internal sealed class DeviceIndex
{
    private readonly DevicePack _pack;
    private readonly Dictionary<string, DeviceEntry> _byId;

    private DeviceIndex(DevicePack pack)
    {
        _pack = pack;
        Entries = new List<DeviceEntry>(pack.DeviceCount + pack.FileCount);
        _byId = new Dictionary<string, DeviceEntry>(Entries.Capacity, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < pack.DeviceCount; i++)
        {
            DeviceEntry entry = new(pack.Device(i).Text(), pack, i);
            Entries.Add(entry);
            _byId.TryAdd(entry.Id, entry);
        }
    }

    public List<DeviceEntry> Entries { get; }

    public List<DeviceSource> Families { get; } = [];

    public ImmutableArray<Problem> Problems { get; private set; } = [];

    public static DeviceIndex Load(string? userFolder)
    {
        DevicePack pack = DevicePack.Shipped;
        DeviceIndex index = new(pack);
        List<Problem> problems = [];
        if (Directory.Exists(userFolder))
            index.AddFiles(userFolder, problems);
        for (int i = 0; i < pack.FileCount; i++)
        {
            PackReader reader = pack.File(i);
            index.Add(new DeviceSource(ref reader));
        }
        index.Problems = [.. problems];
        return index;
    }

    public DeviceEntry? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The image recipe of that number.</summary>
    public string Recipe(int number) => number < _pack.RecipeCount ? _pack.Recipe(number).Text() : "";

    /// <summary>The table of a TP-Link board; null when there is none of that name.</summary>
    public MinedSafeloader? Safeloader(string board)
    {
        for (int i = 0; i < _pack.TableCount; i++)
        {
            PackReader reader = _pack.Table(i);
            if (reader.Text() == board)
                return new MinedSafeloader(reader.Texts(), MinedReader.Parts(ref reader));
        }
        return null;
    }

    // A method of its own: most people have no files, and need not have the JSON library loaded.
    private void AddFiles(string folder, List<Problem> problems)
    {
        foreach ((DeviceFile file, string path) in UserDeviceFiles.Read(folder, problems))
            Add(new DeviceSource(file, path));
    }

    private void Add(DeviceSource file)
    {
        if (!_byId.TryGetValue(file.Id, out DeviceEntry? entry))
        {
            entry = new DeviceEntry(file.Id);
            _byId.Add(file.Id, entry);
            Entries.Add(entry);
        }
        entry.Files.Add(file);
        if (file.Family.Length > 0)
            Families.Add(file);
    }
}
