using System.Text.Json;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Devices;

/// <summary>Reads the user's device files. One that is wrong is left out and said; it never stops the others.</summary>
internal static class UserDeviceFiles
{
    private const int LargestFile = 1 << 20;
    private const int MostFiles = 4096;

    public static List<(DeviceFile File, string Path)> Read(string folder, ICollection<Problem> problems)
    {
        List<(DeviceFile File, string Path)> files = [];
        if (!Directory.Exists(folder))
            return files;
        foreach (string path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Take(MostFiles))
        {
            try
            {
                if (new FileInfo(path).Length > LargestFile)
                    throw new JsonException("larger than 1 MiB");
                files.Add((Parse(File.ReadAllBytes(path)), path));
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                problems.Add(ProblemCatalogue.Create(ProblemCode.DeviceFileInvalid, [e.Message], ("path", path), ("reason", Reason(e))));
            }
        }
        return files;
    }

    private static DeviceFile Parse(byte[] json)
    {
        // A null inside a list would get past the types, and nothing in a device file is ever null.
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Null)
                throw new JsonException("null is not allowed");
        }
        DeviceFile file = JsonSerializer.Deserialize(json, DeviceFileJsonContext.Default.DeviceFile)!;
        if (string.IsNullOrWhiteSpace(file.Id))
            throw new JsonException("the id is empty");
        if (file.Recovery.Any(way => way.PrefixLength is < 1 or > 30))
            throw new JsonException("a prefix_length is not between 1 and 30");
        return file;
    }

    private static string Reason(Exception e) => e switch
    {
        JsonException { LineNumber: { } line, Path: { } at } => $"line {line + 1}, at {at}",
        JsonException => e.Message,
        _ => "it cannot be read",
    };
}
