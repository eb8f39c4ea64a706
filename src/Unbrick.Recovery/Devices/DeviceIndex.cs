using System.Collections.Immutable;
using System.Text;
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

    /// <summary>The image recipe of that number; they stand one a line before the devices.</summary>
    public string Recipe(int number)
    {
        ReadOnlySpan<byte> rest = After("\"recipes\":[\n"u8);
        for (; number > 0 && !rest.IsEmpty; number--)
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        ReadOnlySpan<byte> line = Line(rest);
        return line.IsEmpty ? "" : JsonSerializer.Deserialize(line, MinedJsonContext.Default.String) ?? "";
    }

    /// <summary>The table of a TP-Link board; they stand one a line between recipes and devices.</summary>
    public MinedSafeloader? Safeloader(string board)
    {
        ReadOnlySpan<byte> key = Encoding.UTF8.GetBytes($"\n\"{board}\":");
        ReadOnlySpan<byte> line = Line(After("\"safeloader\":{"u8).After(key));
        return line.IsEmpty ? null : JsonSerializer.Deserialize(line, MinedJsonContext.Default.MinedSafeloader);
    }

    private ReadOnlySpan<byte> After(ReadOnlySpan<byte> key) => ((ReadOnlySpan<byte>)_mined).After(key);

    /// <summary>Up to the end of the line, without the comma that ends all but the last.</summary>
    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        return end <= 0 ? [] : bytes[..(bytes[end - 1] == (byte)',' ? end - 1 : end)];
    }

    private void Add(DeviceFile file, string? userPath)
    {
        if (!_byId.TryGetValue(file.Id, out DeviceEntry? entry))
        {
            string name = DeviceNames.Join(file.Vendor, file.Model, file.Variant);
            entry = new DeviceEntry { Id = file.Id, Name = name.Length > 0 ? name : file.Id };
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
