using System.Text.Json;
using Unbrick.DevicePack;
using Unbrick.Recovery.Devices;

// usage: Unbrick.DevicePack data/devices devices.pack
// Packs what the program wants to have at hand without parsing 3 MB of JSON; Unbrick.Recovery.Devices.DevicePack reads it.

MinedFile mined = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(args[0], "mined.json")), MinedJson.Default.MinedFile)!;
PackWriter pack = new();
foreach (string recipe in mined.Recipes)
    pack.Recipe().Text(recipe);
foreach ((string board, MinedSafeloader table) in mined.Safeloader)
    MinedWriter.Write(pack.Table(), board, table);
foreach (string path in Directory.EnumerateFiles(Path.Combine(args[0], "curated"), "*.json").Order(StringComparer.Ordinal))
{
    using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path));
    CuratedWriter.Write(pack.File(), file.RootElement);
}
foreach (MinedDevice device in mined.Devices)
    MinedWriter.Write(pack.Device(), device);
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
File.WriteAllBytes(args[1], pack.ToBytes());
