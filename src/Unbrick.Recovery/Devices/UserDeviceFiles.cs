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
        foreach (string path in Directory.EnumerateFiles(folder, "*.json").Take(MostFiles).Order(StringComparer.Ordinal))
        {
            try
            {
                if (new FileInfo(path).Length > LargestFile)
                    throw new JsonException("larger than 1 MiB");
                DeviceFile file = JsonSerializer.Deserialize(File.ReadAllBytes(path), DeviceFileJsonContext.Default.DeviceFile)
                    ?? throw new JsonException("empty");
                if (string.IsNullOrWhiteSpace(file.Id))
                    throw new JsonException("the id is empty");
                files.Add((file, path));
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                problems.Add(ProblemCatalogue.Create(ProblemCode.DeviceFileInvalid, [e.Message], ("path", path), ("reason", Reason(e))));
            }
        }
        return files;
    }

    private static string Reason(Exception e) => e switch
    {
        JsonException { LineNumber: { } line, Path: { } at } => $"line {line + 1}, at {at}",
        JsonException => e.Message,
        _ => "it cannot be read",
    };
}
