namespace Unbrick.E2E.Lab;

/// <summary>A test's own folders: what is served, what was received, and the program's state, none of it the user's.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-e2e-");

    public Scratch()
    {
        Permit(_folder.FullName, 0b111_101_101); // peers that give up their rights must still get in
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(State);
    }

    /// <summary>The folder that is served.</summary>
    public string Root => Path.Combine(_folder.FullName, "root");

    /// <summary>XDG_STATE_HOME of the program under test.</summary>
    public string State => Path.Combine(_folder.FullName, "state");

    /// <summary>The environment of the program under test: nothing of the user's own is read or written.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["HOME"] = _folder.FullName,
        ["XDG_STATE_HOME"] = State,
        ["XDG_CONFIG_HOME"] = Path.Combine(_folder.FullName, "config"),
        ["XDG_CACHE_HOME"] = Path.Combine(_folder.FullName, "cache"),
    };

    /// <summary>Sets the mode bits of a file, where there are any.</summary>
    public static void Permit(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    /// <summary>A path beside the served folder.</summary>
    public string Beside(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Puts a file of random, but always the same, bytes into the served folder.</summary>
    public string Serve(string name, int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        return Serve(name, content);
    }

    /// <inheritdoc cref="Serve(string, int)"/>
    public string Serve(string name, byte[] content)
    {
        string path = Path.Combine(Root, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Names and sizes of all there is in the served folder, to see that nothing came or went.</summary>
    public string[] Served()
    {
        IEnumerable<FileInfo> files = new DirectoryInfo(Root).EnumerateFiles("*", SearchOption.AllDirectories);
        return [.. files.Select(file => $"{file.FullName} {file.Length}").Order()];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
