using System.Reflection;

namespace Unbrick.Recovery;

/// <summary>The files of <c>data/</c> inside this assembly, by their path with forward slashes.</summary>
internal static class EmbeddedData
{
    private static readonly Assembly s_assembly = typeof(EmbeddedData).Assembly;

    /// <summary>Paths that begin with <paramref name="folder"/>, in order.</summary>
    public static IEnumerable<string> List(string folder) =>
        s_assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The bytes of a file; null when there is no such file.</summary>
    public static byte[]? Read(string path)
    {
        using Stream? stream = s_assembly.GetManifestResourceStream(path);
        if (stream is null)
            return null;
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)stream.Length);
        stream.ReadExactly(bytes);
        return bytes;
    }
}
