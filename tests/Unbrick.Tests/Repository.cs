namespace Unbrick.Tests;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] s_notOurs = ["artifacts", "bin", "obj", ".git", ".vs", ".idea", "__pycache__"];

    public static string Root { get; } = Find();

    public static string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Paths relative to the root, with slashes; what a build or an editor leaves is not among them.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions)
    {
        foreach (string path in Walk(PathOf(folder)))
        {
            if (extensions.Contains(Path.GetExtension(path)))
                yield return Path.GetRelativePath(Root, path).Replace('\\', '/');
        }
    }

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder).Where(d => !s_notOurs.Contains(Path.GetFileName(d))).SelectMany(Walk));

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Unbrick.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("these tests run from within the source tree only");
    }
}
