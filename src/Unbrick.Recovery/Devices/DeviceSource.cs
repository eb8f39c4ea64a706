using System.Text.Json;

namespace Unbrick.Recovery.Devices;

/// <summary>
/// A file about a device. What searching and matching need of it is at hand; the file itself is parsed when a profile is made.
/// </summary>
internal sealed class DeviceSource
{
    private DeviceFile? _file;

    /// <summary>A built-in file.</summary>
    public DeviceSource(ref PackReader reader)
    {
        Id = reader.Text();
        Vendor = reader.TextOrNull();
        Model = reader.TextOrNull();
        Variant = reader.TextOrNull();
        Soc = reader.TextOrNull();
        Names = reader.Texts();
        Compatible = reader.Texts();
        Family = reader.Texts();
        AsksFor = reader.Texts();
        if (reader.Flag())
            Xiaomi = new XiaomiModel { Model = reader.Text(), DeviceId = reader.Count(), Sources = [.. reader.Texts()] };
        if (reader.Flag())
            Env = new EnvironmentFacts { Part = reader.Text(), Offset = reader.Number(), CrcOver = reader.NumberOrNull(), Sources = [.. reader.Texts()] };
    }

    /// <summary>One of the user's.</summary>
    public DeviceSource(DeviceFile file, string userPath)
    {
        (Id, Vendor, Model, Variant, Soc, Xiaomi, Env) = (file.Id, file.Vendor, file.Model, file.Variant, file.Soc, file.Xiaomi, file.Env);
        Names = [.. file.Names];
        Compatible = [.. file.Compatible];
        Family = [.. file.Family];
        AsksFor = [.. file.Recovery.SelectMany(way => way.Files)];
        UserPath = userPath;
        _file = file;
    }

    public string Id { get; }

    public string? Vendor { get; }

    public string? Model { get; }

    public string? Variant { get; }

    public string? Soc { get; }

    public string[] Names { get; }

    public string[] Compatible { get; }

    /// <summary>What the ids of a family begin with; none for a file about one device.</summary>
    public string[] Family { get; }

    /// <summary>Files that the device asks for.</summary>
    public string[] AsksFor { get; }

    public XiaomiModel? Xiaomi { get; }

    /// <summary>Without what it takes to unlock it: that is in the file.</summary>
    public EnvironmentFacts? Env { get; }

    /// <summary>Where it lies when it is the user's.</summary>
    public string? UserPath { get; }

    /// <summary>Parsed at the first question; two threads that ask at once parse it twice, which does no harm.</summary>
    public DeviceFile File => _file ??= BuiltIn(Id);

    private static DeviceFile BuiltIn(string id) =>
        JsonSerializer.Deserialize(EmbeddedData.Read($"data/devices/curated/{id}.json")!, DeviceFileJsonContext.Default.DeviceFile)!;
}
