using System.Collections.Immutable;
using System.Net;
using Unbrick.Core.Text;
using Unbrick.Net.Tftp;

namespace Unbrick.Recovery.Serve;

/// <summary>
/// Serves the files of one folder. A request never becomes a path: its parts are looked up among the names that are really there, level by
/// level, so there is no name that leads out; links are followed only to places inside.
/// </summary>
public sealed class FolderCatalog : ITftpCatalog
{
    /// <summary>Content is held in memory while it is sent; arrays end here.</summary>
    private const long LargestFile = int.MaxValue - 1024;

    private readonly DirectoryInfo _root;
    private readonly string _rootPath;
    private readonly string? _bootFile;
    private readonly bool _anyName;

    /// <summary>Last read content by path: several devices that ask for the same file share it, and it goes when no transfer needs it.</summary>
    private readonly Dictionary<string, (DateTime Changed, WeakReference<byte[]> Content)> _contents = [];

    /// <summary>Serves <paramref name="root"/>, which must exist.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="bootFile">What a device gets that asks with U-Boot's default name because nobody told it one; null for nothing.</param>
    /// <param name="anyName">The only file of the folder goes out under every name.</param>
    public FolderCatalog(string root, string? bootFile, bool anyName)
    {
        string real = RealPath.Of(root);
        _root = new DirectoryInfo(real);
        _rootPath = real + Path.DirectorySeparatorChar;
        _bootFile = bootFile;
        _anyName = anyName;
    }

    /// <inheritdoc/>
    public TftpAnswer Find(TftpRequest request, IPEndPoint peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            if (!TftpName.TrySplit(request.Name, out ImmutableArray<string> parts))
                return new TftpAnswer.Refuse(TftpErrorCode.Access, "that is no name of a file in this folder");
            FileInfo? file = Look(parts) ?? Look([parts[^1]]) ?? ByRule(parts[^1]);
            return file is null
                ? new TftpAnswer.Refuse(TftpErrorCode.NotFound, NotFound(parts[^1]))
                : Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            return new TftpAnswer.Refuse(TftpErrorCode.Access, "the server cannot read that file");
        }
    }

    /// <summary>The file of that name nearest to <paramref name="asked"/>, for "did you mean"; null when none is near.</summary>
    public string? Nearest(string asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        return Names()
            .Select(name => (name, Distance: EditDistance.Between(asked, name)))
            .Where(n => n.Distance <= Math.Max(2, asked.Length / 3))
            .OrderBy(n => n.Distance).ThenBy(n => n.name, StringComparer.Ordinal)
            .Select(n => n.name).FirstOrDefault();
    }

    /// <summary>Names of the files at the top of the folder, at most 1,000.</summary>
    public IReadOnlyList<string> Names()
    {
        try
        {
            return [.. _root.EnumerateFiles().Take(1000).Select(f => f.Name).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private FileInfo? Look(ImmutableArray<string> parts)
    {
        DirectoryInfo? folder = _root;
        foreach (string part in parts[..^1])
        {
            folder = Pick(folder.EnumerateDirectories(), part);
            if (folder is null)
                return null;
        }
        return Pick(folder.EnumerateFiles(), parts[^1]);
    }

    /// <summary>Exact name first, then in another case.</summary>
    private T? Pick<T>(IEnumerable<T> entries, string name)
        where T : FileSystemInfo
    {
        T? other = null;
        foreach (T entry in entries)
        {
            if (entry.Name == name)
                return IsInside(entry) ? entry : null;
            if (other is null && string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
                other = entry;
        }
        return other is not null && IsInside(other) ? other : null;
    }

    private FileInfo? ByRule(string name)
    {
        if (_bootFile is not null && TftpName.IsUBootDefault(name, out _) && TftpName.TrySplit(_bootFile, out ImmutableArray<string> parts))
            return Look(parts);
        if (!_anyName)
            return null;
        FileInfo[] files = [.. _root.EnumerateFiles().Take(2)];
        return files.Length == 1 && IsInside(files[0]) ? files[0] : null;
    }

    private TftpAnswer Read(FileInfo file)
    {
        if (file.Length > LargestFile)
            return new TftpAnswer.Refuse(TftpErrorCode.NotDefined, "that file is over 2 GiB");
        if (!_contents.TryGetValue(file.FullName, out (DateTime Changed, WeakReference<byte[]> Content) kept)
            || kept.Changed != file.LastWriteTimeUtc || !kept.Content.TryGetTarget(out byte[]? content) || content.Length != file.Length)
        {
            content = File.ReadAllBytes(file.FullName);
            _contents[file.FullName] = (file.LastWriteTimeUtc, new WeakReference<byte[]>(content));
        }
        return new TftpAnswer.Serve(Path.GetRelativePath(_root.FullName, file.FullName).Replace('\\', '/'), content);
    }

    private string NotFound(string asked) =>
        Nearest(asked) is string near ? $"not here: '{Cut(asked)}'; did you mean '{Cut(near)}'?" : $"not here: '{Cut(asked)}'";

    private static string Cut(string name) => name.Length <= 40 ? name : name[..37] + "...";

    private bool IsInside(FileSystemInfo entry) =>
        entry.LinkTarget is null || RealPath.Of(entry.FullName).StartsWith(_rootPath, StringComparison.Ordinal);
}
