using System.Reflection;

namespace Unbrick.Recovery;

/// <summary>
/// The files of <c>data/</c> inside this assembly, by their path with forward slashes; a build on Windows embeds them with backslashes.
/// </summary>
internal static class EmbeddedData
{
    private static readonly Assembly s_assembly = typeof(EmbeddedData).Assembly;

    private static readonly Lazy<SortedDictionary<string, string>> s_names = new(() =>
    {
        SortedDictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string name in s_assembly.GetManifestResourceNames())
            names[name.Replace('\\', '/')] = name;
        return names;
    });

    /// <summary>Paths that begin with <paramref name="folder"/>, in order.</summary>
    public static IEnumerable<string> List(string folder) => s_names.Value.Keys.Where(name => name.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>The bytes of a file; null when there is no such file.</summary>
    public static byte[]? Read(string path)
    {
        using Stream? stream = s_names.Value.TryGetValue(path, out string? name) ? s_assembly.GetManifestResourceStream(name) : null;
        if (stream is null)
            return null;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
