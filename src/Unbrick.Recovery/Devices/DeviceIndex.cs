using System.Collections.Immutable;
using System.Text.Json;
using Unbrick.Core.Problems;

namespace Unbrick.Recovery.Devices;

/// <summary>All devices by id, with the files that speak about each.</summary>
internal sealed class DeviceIndex
{
    private const string MinedFile = "data/devices/mined.json";
    private const string CuratedFolder = "data/devices/curated/";

    private readonly byte[] _mined;
    private readonly Dictionary<string, DeviceEntry> _byId = new(StringComparer.OrdinalIgnoreCase);

    private DeviceIndex(byte[] mined, List<DeviceEntry> entries)
    {
        _mined = mined;
        Entries = entries;
        foreach (DeviceEntry entry in entries)
            _byId.TryAdd(entry.Id, entry);
    }

    public List<DeviceEntry> Entries { get; }

    public List<DeviceFile> Families { get; } = [];

    public ImmutableArray<Problem> Problems { get; private set; } = [];

    public static DeviceIndex Load(string? userFolder)
    {
        byte[] mined = EmbeddedData.Read(MinedFile)!;
        DeviceIndex index = new(mined, MinedIndexReader.Read(mined));
        List<Problem> problems = [];
        if (userFolder is not null)
        {
            foreach ((DeviceFile file, string path) in UserDeviceFiles.Read(userFolder, problems))
                index.Add(file, path);
        }
        foreach (string name in EmbeddedData.List(CuratedFolder))
            index.Add(JsonSerializer.Deserialize(EmbeddedData.Read(name)!, DeviceFileJsonContext.Default.DeviceFile)!, userPath: null);
        index.Problems = [.. problems];
        return index;
    }

    public DeviceEntry? Find(string id) => _byId.GetValueOrDefault(id);

    public MinedDevice? Mined(DeviceEntry entry)
    {
        ReadOnlySpan<byte> bytes = _mined.AsSpan(entry.Mined);
        return bytes.IsEmpty ? null : JsonSerializer.Deserialize(bytes, MinedJsonContext.Default.MinedDevice);
    }

    private void Add(DeviceFile file, string? userPath)
    {
        if (!_byId.TryGetValue(file.Id, out DeviceEntry? entry))
        {
            entry = new DeviceEntry { Id = file.Id, Name = DeviceNames.Join(file.Vendor, file.Model, file.Variant) is { Length: > 0 } n ? n : file.Id };
            _byId.Add(file.Id, entry);
            Entries.Add(entry);
        }
        else if (userPath is not null && file.Model is not null)
        {
            entry.Name = DeviceNames.Join(file.Vendor, file.Model, file.Variant);
        }
        entry.Soc = file.Soc ?? entry.Soc;
        entry.Files.Add((file, userPath));
        DeviceNames.Fill(entry, file.Vendor, file.Model, file.Variant, file.Names);
        entry.Boards.AddRange(file.Compatible);
        entry.AskedFiles.AddRange(file.Recovery.SelectMany(way => way.Files));
        if (!file.Family.IsEmpty)
            Families.Add(file);
    }
}
