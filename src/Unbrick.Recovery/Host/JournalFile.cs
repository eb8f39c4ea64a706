using Unbrick.Core;
using Unbrick.Core.Problems;

namespace Unbrick.Recovery.Host;

/// <summary>
/// The journal's file while it is held: no other run reads or writes it meanwhile. The lock is the system's own (flock, share mode), so it
/// ends with the process however that ends.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    /// <summary>A journal holds a few lines; of a file that was filled by something else only the end is read.</summary>
    private const int MostBytes = 1 << 20;

    private readonly FileStream _file;

    private JournalFile(FileStream file) => _file = file;

    /// <summary>
    /// Opens or creates the file and holds it. Throws <see cref="UnbrickException"/> when that is not possible, or when another run still
    /// holds it after <paramref name="mostTries"/>, which take about a millisecond each.
    /// </summary>
    public static JournalFile Hold(string path, int mostTries)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        try
        {
            CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            SpinWait wait = default;
            for (int tries = 1; ; tries++)
            {
                try
                {
                    return new(new FileStream(path, options));
                }
                catch (IOException e) when (e.GetType() == typeof(IOException) && tries < mostTries)
                {
                    wait.SpinOnce(); // held by another run; a file that is missing or forbidden has an exception of its own
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, e);
        }
    }

    /// <summary>Changes that were planned and not undone, oldest first. Lines that make no sense are passed over.</summary>
    public List<OwnedChange> Pending()
    {
        List<OwnedChange> pending = [];
        Span<byte> rest = ReadEnd();
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            Span<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!JournalEntry.TryRead(line, out JournalState state, out OwnedChange owned))
                continue;
            pending.Remove(owned);
            if (state == JournalState.Planned)
                pending.Add(owned);
        }
        return pending;
    }

    /// <summary>Adds a line and waits until it is on the disk.</summary>
    public void Append(JournalEntry entry)
    {
        byte[] line = entry.ToLine();
        try
        {
            // The line before may be torn; ours must not become part of it.
            _file.Write(EndsWithinLine() ? [(byte)'\n', .. line] : line);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            throw Unusable(_file.Name, e);
        }
    }

    /// <summary>Empties the file, when nothing in it is of use any more. It is never deleted: another run may be waiting for it.</summary>
    public void Clear()
    {
        try
        {
            _file.SetLength(0);
        }
        catch (IOException e)
        {
            throw Unusable(_file.Name, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private byte[] ReadEnd()
    {
        try
        {
            byte[] bytes = new byte[Math.Min(_file.Length, MostBytes)];
            _file.Seek(-bytes.Length, SeekOrigin.End);
            _file.ReadExactly(bytes);
            return bytes;
        }
        catch (IOException e)
        {
            throw Unusable(_file.Name, e);
        }
    }

    /// <summary>Leaves the position at the end of the file.</summary>
    private bool EndsWithinLine()
    {
        if (_file.Seek(0, SeekOrigin.End) == 0)
            return false;
        _file.Seek(-1, SeekOrigin.End);
        return _file.ReadByte() != '\n';
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static UnbrickException Unusable(string path, Exception inner) => new(
        new Problem(
            "host-journal-unusable",
            Severity.Error,
            "the journal of changes to this machine's network cannot be used",
            [$"{path}: {inner.Message}"],
            "Without it a crash would leave this machine's network changed for good, so nothing of it is changed.",
            [
                $"make the file yours, if a run with other rights created it (on Linux: sudo chown $USER '{path}')",
                "make room on the disk, or end the other run that holds the file",
                "set the address up yourself and use --no-host-changes",
            ]),
        ExitCode.NotFound,
        inner);
}
